"""Count refused logins of a mailbox across runs, so that we never lock anybody out (DESIGN 5.1)."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol

REFUSALS_BEFORE_PAUSE = 3
PAUSE = timedelta(minutes=10)


class LoginPlaces:
    """Counts the logins of a process that no server has judged yet, mailbox by mailbox."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()
        self._waiting: set[asyncio.Future[None]] = set()

    def taken(self, mailbox: str) -> int:
        """Return how many logins to this mailbox are under way."""
        return self._taken[mailbox]

    def take(self, mailboxes: Collection[str]) -> None:
        """Begin one login, which is to these mailboxes."""
        self._taken.update(mailboxes)

    def give_back(self, mailboxes: Collection[str]) -> None:
        """End it; whoever waits looks again."""
        self._taken -= Counter(mailboxes)  # drops what comes to zero
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def change(self) -> None:
        """Wait until a login has ended."""
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)


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
