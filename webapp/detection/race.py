"""Let searches run side by side and keep the best answer, not the first.

Bookkeeping only: who is still under way, what was found, when it is enough.
The tasks belong to the caller.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

Rank = tuple[int, ...]
"""A place in the ranking; the smallest is the best, a longer one lies within the shorter it begins with."""


@dataclass(eq=False)
class Runner:
    """Somebody who may still bring something of this rank or a worse one that begins with it."""

    rank: Rank


@dataclass(frozen=True)
class Arrival(Generic[T]):
    """Something that was found: its rank decides, `at` (monotonic seconds) is only told."""

    rank: Rank
    found: T
    at: float


class Race(Generic[T]):
    """One race: over when the best answer at hand cannot be beaten, or its rivals had their grace.

    `grace_s` runs from the first answer, whatever its rank: better searches
    get that long and never their full time-out. A race nobody runs in any
    more is over as well. Use it inside a running event loop.
    """

    def __init__(self, grace_s: float) -> None:
        self.over = asyncio.Event()
        self._grace_s = grace_s
        self._runners: set[Runner] = set()
        self._arrivals: list[Arrival[T]] = []
        self._bell: asyncio.TimerHandle | None = None
        self._moved = asyncio.Event()

    def enter(self, rank: Rank) -> Runner:
        """Announce a search; enter its successors before it leaves, or the race may end between them."""
        runner = Runner(rank)
        self._runners.add(runner)
        return runner

    def leave(self, runner: Runner, *found: T) -> None:
        """End a search, with what it found or nothing; what comes after the end is kept but moves nothing."""
        self._runners.discard(runner)
        self._arrivals.extend(Arrival(runner.rank, item, time.monotonic()) for item in found)
        self._arrivals.sort(key=lambda arrival: arrival.rank)
        if found and self._bell is None:
            self._bell = asyncio.get_running_loop().call_later(self._grace_s, self.over.set)
        self._judge()

    def withdraw(self, unwanted: Callable[[T], bool]) -> None:
        """Take back answers that turned out not to count."""
        self._arrivals = [arrival for arrival in self._arrivals if not unwanted(arrival.found)]
        if not self._arrivals and self._bell is not None:
            self._bell.cancel()
            self._bell = None
        self._judge()

    def hopeless(self, rank: Rank) -> bool:
        """Tell whether a search of this rank could not win any more."""
        return self.over.is_set() or bool(self._arrivals and self._arrivals[0].rank <= rank)

    def rivals(self, rank: Rank) -> frozenset[Rank]:
        """Return the ranks better than this one that are still under way."""
        return frozenset(runner.rank for runner in self._runners if runner.rank < rank)

    async def moved(self) -> None:
        """Wait until somebody leaves, or the race is over."""
        self._moved.clear()
        await self._moved.wait()

    def arrivals(self) -> tuple[Arrival[T], ...]:
        """Return what was found so far, best first."""
        return tuple(self._arrivals)

    def stop(self) -> None:
        """End the race as it stands."""
        if self._bell is not None:
            self._bell.cancel()
        self.over.set()
        self._moved.set()

    def _judge(self) -> None:
        self._moved.set()
        beatable = not self._arrivals or any(runner.rank < self._arrivals[0].rank for runner in self._runners)
        if not self._runners or not beatable:
            self.stop()
