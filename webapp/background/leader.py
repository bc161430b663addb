"""Finds what is due and wakes somebody for it; of all processes one leads (DESIGN 8)."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session, sessionmaker

from webapp.background.process import is_dead, this_process
from webapp.background.worker import process_of
from webapp.storage import leases
from webapp.storage.leasing import free_dead
from webapp.storage.traffic import Post, due, keep_rows
from webapp.surprises import log_surprise

log = logging.getLogger(__name__)

LOOK_S = 1.0
RENEWED_AFTER = timedelta(seconds=10)
KEPT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Chore:
    """Something the leader does now and then."""

    name: str
    every: timedelta
    do: Callable[[], object]


class Wakes(Protocol):
    """The queue, as the leader sees it."""

    def put(self, post: Post) -> None:
        """Wake a worker for a post."""

    def pending(self) -> set[Post]:
        """Return what nobody has taken yet."""


class Leader:
    """A thread that leads while no other process does, and waits its turn otherwise."""

    def __init__(
        self,
        session_factory: sessionmaker[Session],
        queue: Wakes,
        clock: Callable[[], datetime],
        chores: Sequence[Chore] = (),
        process: str | None = None,
    ) -> None:
        self._session_factory = session_factory
        self._queue = queue
        self._clock = clock
        self._chores = chores
        self._process = process or this_process()
        self._done_at: dict[str, datetime] = {}
        self._closing = False
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, name="mailroom-leader", daemon=True)
        self.leads = False

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Let it look now; safe from any thread."""
        self._woken.set()

    def close(self, wait_s: float = 5.0) -> None:
        """End the thread and let another process lead."""
        self._closing = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join(wait_s)
        if self.leads:
            self.leads = False
            with self._session_factory.begin() as session:
                leases.give_back(session, leases.LEADER, self._process, self._clock())

    def look(self) -> None:
        """Look once: lead if nobody else does, and wake somebody for everything that is due."""
        now = self._clock()
        if self._is_time("lead", RENEWED_AFTER, now) or not self.leads:
            self._lead(now)
        if not self.leads:
            return
        self._do_chores(now)
        with self._session_factory() as session:
            posts = due(session, now)
        pending = self._queue.pending() if posts else set()
        for post in posts:
            if post not in pending:
                self._queue.put(post)

    def _lead(self, now: datetime) -> None:
        with self._session_factory.begin() as session:
            self.leads = leases.take(session, leases.LEADER, self._process, is_dead, now)
            if not self.leads:
                return
            free_dead(session, lambda holder: is_dead(process_of(holder)), now)
            if self._is_time("keep", KEPT_AFTER, now):
                keep_rows(session, now)

    def _do_chores(self, now: datetime) -> None:
        for chore in self._chores:
            if not self._closing and self._is_time(chore.name, chore.every, now):
                try:
                    chore.do()
                except Exception as error:
                    log_surprise(log, f"a chore failed and is tried again another time: {chore.name}", error)

    def _is_time(self, what: str, period: timedelta, now: datetime) -> bool:
        """Tell whether something is to be done again; then it counts as done."""
        done_at = self._done_at.get(what)
        if done_at is not None and timedelta() <= now - done_at < period:
            return False
        self._done_at[what] = now
        return True

    def _keep_looking(self) -> None:
        while not self._closing:
            try:
                self.look()
            except Exception as error:
                log_surprise(log, "the leader could not look and tries again", error)
            self._woken.wait(LOOK_S)
            self._woken.clear()
