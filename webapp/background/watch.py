"""Watches over the work of this process: keeps its leases, and ends what was stopped, lost or forbidden meanwhile."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy.orm import Session, sessionmaker

from webapp.background.work import Work
from webapp.storage.accesses import lets_in
from webapp.storage.leasing import renew, stops_requested
from webapp.surprises import log_surprise

log = logging.getLogger(__name__)

LOOK_S = 1.0
RENEWED_AFTER = timedelta(seconds=20)


class Reason(Enum):
    """Why work was ended from outside."""

    STOPPED = "a person pressed Stop"
    LOST = "somebody else has it by now"
    FORBIDDEN = "the account is frozen, or its password forgotten"
    CLOSING = "the program ends"


class Watch:
    """One thread for all the work of a process; it sleeps while there is none."""

    def __init__(self, session_factory: sessionmaker[Session], clock: Callable[[], datetime]) -> None:
        self._session_factory = session_factory
        self._clock = clock
        self._lock = threading.Lock()
        self._works: dict[str, Work] = {}
        self._reasons: dict[str, Reason] = {}
        self._renewed_at: dict[str, datetime] = {}
        self._closing = False
        self._busy = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, name="mailroom-watch", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def add(self, work: Work) -> None:
        """Watch over work that has just been leased."""
        with self._lock:
            self._works[work.holder] = work
            self._renewed_at[work.holder] = self._clock()
            closing = self._closing
        self._busy.set()
        if closing:
            self._end(work, Reason.CLOSING)

    def remove(self, work: Work) -> Reason | None:
        """Let go of work that is over; return why it was ended, if it was."""
        with self._lock:
            self._works.pop(work.holder, None)
            self._renewed_at.pop(work.holder, None)
            return self._reasons.pop(work.holder, None)

    def works(self) -> list[Work]:
        """Return what is under way."""
        with self._lock:
            return list(self._works.values())

    def end_all(self) -> None:
        """End everything, now and from now on: the program ends."""
        self._closing = True
        for work in self.works():
            self._end(work, Reason.CLOSING)

    def close(self) -> None:
        """End the thread."""
        self._closing = True
        self._busy.set()
        if self._thread.is_alive():
            self._thread.join(LOOK_S + 5)

    def look(self) -> None:
        """Look once after everything that is under way."""
        works = self.works()
        if not works:
            return
        now = self._clock()
        with self._session_factory() as session:
            held = stops_requested(session, [work.holder for work in works])
            forbidden = {
                work.holder
                for work in works
                if work.holder in held and not lets_in(session, work.post.account_id, work.post.direction, now)
            }
        for work in works:
            if work.holder not in held:
                self._end(work, Reason.LOST)
            elif held[work.holder]:
                self._end(work, Reason.STOPPED)
            elif work.holder in forbidden:
                self._end(work, Reason.FORBIDDEN)
        self._renew([work for work in works if now - self._renewed_at.get(work.holder, now) >= RENEWED_AFTER])

    def _renew(self, works: list[Work]) -> None:
        if not works:
            return
        now = self._clock()
        with self._session_factory.begin() as session:
            kept = {work.holder for work in works if renew(session, work.post, work.holder, now)}
        for work in works:
            if work.holder not in kept:
                self._end(work, Reason.LOST)
                continue
            with self._lock:
                if work.holder in self._works:
                    self._renewed_at[work.holder] = now

    def _end(self, work: Work, reason: Reason) -> None:
        with self._lock:
            if work.holder in self._works:
                self._reasons.setdefault(work.holder, reason)
        work.stop()

    def _keep_looking(self) -> None:
        idle = threading.Event()
        while not self._closing:
            self._busy.wait()
            try:
                self.look()
            except Exception as error:
                log_surprise(log, "the leases could not be looked after; tried again", error)
            with self._lock:
                if not self._works and not self._closing:
                    self._busy.clear()
            idle.wait(LOOK_S if not self._closing else 0)
