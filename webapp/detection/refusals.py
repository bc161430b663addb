"""Count refused logins of a mailbox across runs, so that we never lock anybody out (DESIGN 5.1)."""

import asyncio
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

from webapp.net.problems import Problem, ProblemKind

REFUSALS_BEFORE_PAUSE = 3
PAUSE = timedelta(minutes=10)


class LoginPlaces:
    """Counts the logins of a process that no server has judged yet, mailbox by mailbox; for every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()
        self._waiting: set[asyncio.Future[None]] = set()

    def taken(self, mailbox: str) -> int:
        """Return how many logins to this mailbox are under way."""
        with self._lock:
            return self._taken[mailbox]

    def take(self, refused: Mapping[str, int]) -> bool:
        """Begin one login to these mailboxes, each with its refusals so far, if there is room for one more.

        There is none while the logins under way, were they all refused, would
        make this one's refusal the fourth.
        """
        with self._lock:
            if any(count + self._taken[mailbox] >= REFUSALS_BEFORE_PAUSE for mailbox, count in refused.items()):
                return False
            self._taken.update(refused.keys())
            return True

    def give_back(self, mailboxes: Collection[str]) -> None:
        """End it; whoever waits looks again."""
        with self._lock:
            self._taken -= Counter(mailboxes)  # drops what comes to zero
            waiting = list(self._waiting)
        for one in waiting:
            with suppress(RuntimeError):  # its loop has ended
                one.get_loop().call_soon_threadsafe(_wake, one)

    @contextmanager
    def change(self) -> Iterator[asyncio.Future[None]]:
        """Return what is over once a login has ended from now on."""
        waiting = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiting.add(waiting)
        try:
            yield waiting
        finally:
            with self._lock:
                self._waiting.discard(waiting)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


class RefusalLedger(Protocol):
    """Remembers refused logins; calls return at once. Logins under way in other processes are not seen."""

    @property
    def places(self) -> LoginPlaces:
        """Return the logins under way."""

    def refused_lately(self, mailbox: str) -> int:
        """Return how many refusals are young enough to count towards a pause."""

    def paused_until(self, mailbox: str) -> datetime | None:
        """Return until when nobody may log in to this mailbox, or None."""

    def note_refusal(self, mailbox: str) -> None:
        """Count one refused login, now."""


class RefusalsInMemory:
    """A ledger that lives as long as its process: the command line's, and the tests'."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._refused_at: defaultdict[str, list[datetime]] = defaultdict(list)
        self.places = LoginPlaces()

    def refused_lately(self, mailbox: str) -> int:
        """Return how many refusals are young enough to count towards a pause."""
        return young(self._refused_at[mailbox.lower()], self._now())

    def paused_until(self, mailbox: str) -> datetime | None:
        """Return the end of the pause that follows the last of three refusals."""
        return pause_end(self._refused_at[mailbox.lower()], self._now())

    def note_refusal(self, mailbox: str) -> None:
        """Count one refused login, now."""
        self._refused_at[mailbox.lower()].append(self._now())


def young(refused_at: Iterable[datetime], now: datetime) -> int:
    """Return how many of these refusals would count if one more came now."""
    return sum(now - moment < PAUSE for moment in refused_at)


def room_at(refused_at: Iterable[datetime], now: datetime, count: int) -> datetime | None:
    """Return when fewer than so many of these refusals will count, or None if fewer do now."""
    counting = sorted(moment for moment in refused_at if now - moment < PAUSE)
    return counting[-count] + PAUSE if len(counting) >= count else None


def pause_end(refused_at: list[datetime], now: datetime) -> datetime | None:
    """Return when the pause ends that these refusals (oldest first) brought, or None when none is on.

    Three refusals, none older than the pause itself when the third came,
    bring ten minutes without any login.
    """
    if len(refused_at) < REFUSALS_BEFORE_PAUSE:
        return None
    first, last = refused_at[-REFUSALS_BEFORE_PAUSE], refused_at[-1]
    end = last + PAUSE
    return end if now < end and last - first <= PAUSE else None


def password_refused(problem: Problem) -> bool:
    """Tell whether a server may have found the password wrong; in doubt it counts (DESIGN 5.1)."""
    # With a field already, our own session refused to send it: no server has judged anything.
    return problem.kind is ProblemKind.LOGIN_REFUSED and problem.field is None and problem.password_judged
