"""Tasks that live no longer than the run that started them."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from webapp.surprises import log_surprise

log = logging.getLogger(__name__)


class Crew:
    """Starts tasks and ends them all; a task's surprise is logged, the others go on without it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start a task."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def end(self) -> None:
        """Cancel what still runs and wait until it has cleaned up."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        surprise = None if task.cancelled() else task.exception()
        if surprise is not None:
            log_surprise(log, "a part of a search failed", surprise)
