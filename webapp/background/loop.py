"""The loop thread: where all conversations with servers happen, and nothing that blocks."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from webapp.background.live import LiveRun
from webapp.detection.types import Outcome, OutcomeKind
from webapp.surprises import log_surprise

log = logging.getLogger(__name__)
Work = Callable[[], Coroutine[Any, Any, Outcome]]


class LoopThread:
    """Runs tasks of live runs and tells how they ended."""

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._on_end = on_end
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name="mailroom-loop", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def begin(self, live: LiveRun, work: Work) -> None:
        """Start the work of a run, unless it is to be cut short already; from any thread."""
        self.loop.call_soon_threadsafe(self._begin, live, work)

    def cut(self, live: LiveRun, end: OutcomeKind) -> None:
        """Cancel the work of a run that is to end so; from any thread, safe to repeat."""
        self.loop.call_soon_threadsafe(self._cut, live, end)

    def close(self, wait_s: float) -> None:
        """End the thread and everything in it."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(wait_s)

    def _work(self) -> None:
        try:
            self.loop.run_forever()
            self.loop.run_until_complete(self._clear())
        finally:
            self.loop.close()

    async def _clear(self) -> None:
        """Cancel what did not end in time, so that nothing outlives the thread."""
        leftovers = asyncio.all_tasks() - {asyncio.current_task()}
        for task in leftovers:
            task.cancel()
        await asyncio.gather(*leftovers, return_exceptions=True)
        await self.loop.shutdown_asyncgens()

    def _begin(self, live: LiveRun, work: Work) -> None:
        if live.end is not None:
            live.outcome = live.cut_short(live.end)
            self._on_end()
            return
        live.task = self.loop.create_task(work(), name=f"run {live.run_id}")
        live.task.add_done_callback(lambda task: self._ended(live, task))

    def _cut(self, live: LiveRun, end: OutcomeKind) -> None:
        if live.end is not None:
            return  # one cancellation is enough; a second would break into the clean-up of the first
        live.end = end
        if live.task is not None:
            live.task.cancel()

    def _ended(self, live: LiveRun, task: asyncio.Task[Outcome]) -> None:
        if task.cancelled():
            live.outcome = live.cut_short(live.end or OutcomeKind.INTERRUPTED)
        elif (error := task.exception()) is not None:
            log_surprise(log, f"run {live.run_id} ended unexpectedly", error)
            live.outcome = live.cut_short(OutcomeKind.INTERRUPTED)
        else:
            live.outcome = task.result()
        live.task = None
        self._on_end()
