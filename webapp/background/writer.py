"""The writer thread: the one place where the runner waits for the database, so that its loop never does."""

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from webapp.background.assignments import Assignment
from webapp.background.live import LiveRun
from webapp.background.records import Records
from webapp.detection.types import OutcomeKind
from webapp.storage.progress import Claim
from webapp.surprises import log_surprise

log = logging.getLogger(__name__)

FLUSH_S = 0.15
WATCH_S = 0.25
BEAT_S = 1.0
SWEEP_S = 10.0
FORGET_S = 3600.0
MOST_RUNS = 32  # at once in this process; more wait their turn
MOST_TRIES = 20  # to write an end before the row is left to the sweep

Launch = Callable[[LiveRun, Assignment], None]
Cut = Callable[[LiveRun, OutcomeKind], None]


class Writer:
    """Claims waiting runs, writes what they tell, watches their stop flags, shows life, sweeps."""

    def __init__(self, records: Records, launch: Launch, cut: Cut) -> None:
        self._records = records
        self._launch = launch
        self._cut = cut
        self._lock = threading.Lock()
        self._lives: dict[str, LiveRun] = {}
        self._woken = threading.Event()
        self._closing = False
        self._done_at: dict[Callable[[], None], float] = {}
        self._thread = threading.Thread(target=self._work, name="mailroom-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def add(self, run_id: str) -> None:
        """Take a run on; one that is here already stays as it is."""
        with self._lock:
            self._lives.setdefault(run_id, LiveRun(run_id))
        self.wake()

    def get(self, run_id: str) -> LiveRun | None:
        """Return the run if it is here."""
        with self._lock:
            return self._lives.get(run_id)

    def lives(self) -> list[LiveRun]:
        """Return all runs that are here."""
        with self._lock:
            return list(self._lives.values())

    def wake(self) -> None:
        """Let the thread look around now; safe from any thread."""
        self._woken.set()

    def close(self, wait_s: float) -> None:
        """Claim nothing any more, write the ends that come, and end the thread."""
        self._closing = True
        self.wake()
        self._thread.join(wait_s)

    def _work(self) -> None:
        while not self._closing or self.lives():
            self._woken.wait(FLUSH_S if self.lives() else SWEEP_S)
            self._woken.clear()
            for work in (self._write_ends, self._write_news, self._claim):
                self._guarded(work)
            for work, period_s in (
                (self._watch, WATCH_S),
                (self._beat, BEAT_S),
                (self._sweep, SWEEP_S),
                (self._records.forget, FORGET_S),
            ):
                self._when_due(work, period_s)

    def _when_due(self, work: Callable[[], None], period_s: float) -> None:
        now = time.monotonic()
        if now - self._done_at.get(work, -period_s) >= period_s:
            self._done_at[work] = now
            self._guarded(work)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Keep the thread alive: what failed is tried again with the next round."""
        try:
            work()
        except Exception as error:
            log_surprise(log, "the runner could not use the database and tries again", error)

    def _write_ends(self) -> None:
        for live in self.lives():
            if live.outcome is not None:
                self._write_end(live)

    def _write_end(self, live: LiveRun) -> None:
        if live.outcome is None:
            return
        live.tries += 1
        try:
            self._records.write_end(live, live.outcome)
        except SQLAlchemyError:
            if live.tries < MOST_TRIES:
                raise
        except Exception as error:
            log_surprise(log, f"run {live.run_id} could not be completed", error)
            live.outcome = live.cut_short(OutcomeKind.INTERRUPTED)
            if live.tries < MOST_TRIES:
                return self.wake()
        self._forget(live)

    def _write_news(self) -> None:
        self._records.write_refusals()
        self._records.write_news([live for live in self.lives() if live.claimed])

    def _claim(self) -> None:
        for live in self.lives():
            if live.claimed:
                continue
            if self._closing:
                self._records.give_up(live)
                self._forget(live)
            elif sum(other.claimed for other in self.lives()) < MOST_RUNS:
                self._claim_one(live)

    def _claim_one(self, live: LiveRun) -> None:
        claim = self._records.claim(live)
        if claim is Claim.GONE:
            self._forget(live)
        elif claim is Claim.NOT_YET:
            self._watch()  # the run before it is asked to stop: see to that now, not with the next round
        else:
            try:
                live.assignment = self._records.read_assignment(live)
                self._launch(live, live.assignment)
            except Exception as error:
                log_surprise(log, f"run {live.run_id} could not be started", error)
                live.outcome = live.cut_short(OutcomeKind.INTERRUPTED)
                self.wake()

    def _watch(self) -> None:
        claimed = [live for live in self.lives() if live.claimed]
        for live in self._records.to_be_stopped(claimed) if claimed else ():
            self._cut(live, OutcomeKind.STOPPED)

    def _beat(self) -> None:
        if self.lives():
            self._records.beat(self.lives())

    def _sweep(self) -> None:
        self._records.sweep(self.lives())

    def _forget(self, live: LiveRun) -> None:
        with self._lock:
            self._lives.pop(live.run_id, None)
        live.over.set()
