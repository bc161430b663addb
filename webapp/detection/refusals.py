"""Count refused logins of a mailbox across runs, so that we never lock anybody out (DESIGN 5.1)."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

REFUSALS_BEFORE_PAUSE = 3
PAUSE = timedelta(minutes=10)


class RefusalLedger(Protocol):
    """Remembers refused logins; calls return at once."""

    def paused_until(self, mailbox: str) -> datetime | None:
        """Return until when nobody may log in to this mailbox, or None."""

    def note_refusal(self, mailbox: str) -> None:
        """Count one refused login, now."""


class RefusalsInMemory:
    """A ledger that lives as long as its process: the command line's, and the tests'."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._refused_at: defaultdict[str, list[datetime]] = defaultdict(list)

    def paused_until(self, mailbox: str) -> datetime | None:
        """Return the end of the pause that follows the last of three refusals."""
        return pause_end(self._refused_at[mailbox.lower()], self._now())

    def note_refusal(self, mailbox: str) -> None:
        """Count one refused login, now."""
        self._refused_at[mailbox.lower()].append(self._now())


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
