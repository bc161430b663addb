"""Runs the searches and verifications of this process. The rows are the truth; this is what moves them."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from webapp.background.assignments import Assignment, Engine, carry_out
from webapp.background.live import LiveRun
from webapp.background.loop import LoopThread
from webapp.background.records import Records
from webapp.background.refusals import StoredRefusals
from webapp.background.writer import Writer
from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.detection.types import Outcome, OutcomeKind
from webapp.storage.base import utc_now
from webapp.storage.secrets import SecretBox

SurroundingsFor = Callable[[tuple[KnownAccount, ...]], Surroundings]
"""Returns the surroundings of one run, given what the office knows about the domain; called in the writer thread."""

LONGEST_RUN_S = 180.0  # the engine has its own, shorter limits; this one holds if they fail
CLOSING_S = 5.0


class Runner:
    """One loop thread that talks to servers and one writer thread that talks to the database.

    Both start with `open` or the first run, so make the runner anywhere, also
    before a fork, but open it only in the process that serves.
    """

    def __init__(
        self,
        session_factory: sessionmaker[Session],
        box: SecretBox,
        surroundings_for: SurroundingsFor,
        clock: Callable[[], datetime] = utc_now,
        engine: Engine = carry_out,
        refusals: StoredRefusals | None = None,
    ) -> None:
        self._session_factory = session_factory
        self._box = box
        self._surroundings_for = surroundings_for
        self._clock = clock
        self._engine = engine
        self._refusals = refusals or StoredRefusals(clock)
        self._lock = threading.Lock()
        self._writer: Writer | None = None
        self._closed = False

    def open(self) -> None:
        """Mark the runs of dead processes interrupted, wipe expired secrets, and go on doing so.

        Call it when the process starts serving; safe to repeat.
        """
        self._opened()

    def start(self, run_id: str) -> None:
        """Run a waiting run as soon as its user has no other; returns at once, safe to repeat (nothing runs twice)."""
        if not self._closed:
            self._opened().add(run_id)

    def stop(self, run_id: str, wait_s: float = 1.0) -> None:
        """Cancel the run if it is here, and wait until its end is written, so that the next page shows it.

        The caller has committed `request_stop` before; a run of another
        process stops by that flag.
        """
        writer = self._writer
        live = writer.get(run_id) if writer else None
        if writer is not None and live is not None:
            self._loop.cut(live, OutcomeKind.STOPPED)
            writer.wake()
            live.over.wait(wait_s)

    def wait(self, run_id: str, wait_s: float) -> bool:
        """Wait for the end of a run of this process; return whether it is over (or not here)."""
        live = self._writer.get(run_id) if self._writer else None
        return live is None or live.over.wait(wait_s)

    def shutdown(self) -> None:
        """Interrupt every run, store what they found, end both threads; safe to repeat."""
        with self._lock:
            writer, self._writer, self._closed = self._writer, None, True
        if writer is None:
            return
        for live in writer.lives():
            self._loop.cut(live, OutcomeKind.INTERRUPTED)
        writer.close(CLOSING_S)
        self._loop.close(CLOSING_S)

    def _opened(self) -> Writer:
        with self._lock:
            if self._writer is None:
                records = Records(self._session_factory, self._box, self._clock, self._refusals)
                records.sweep(())
                self._loop = LoopThread(on_end=lambda: writer.wake())
                self._writer = writer = Writer(records, self._launch, self._loop.cut)
                self._loop.start()
                writer.start()
            return self._writer

    def _launch(self, live: LiveRun, assignment: Assignment) -> None:
        surroundings = self._surroundings_for(assignment.known)

        async def work() -> Outcome:
            async with asyncio.timeout(LONGEST_RUN_S):
                return await self._engine(assignment, surroundings, self._refusals, live.report)

        self._loop.begin(live, work)
