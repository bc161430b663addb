"""The figures to reach, and whether what was measured reaches them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.jobs import Measured

GREAT_CROWD = 200

Limit = Callable[[float], float]
"""Returns the seconds allowed, given the floor's."""


@dataclass(frozen=True)
class Target:
    """What a figure may be: in words, and as a function of the floor."""

    words: str
    limit_s: Limit

    def verdict(self, seconds: float, floor_s: float) -> str:
        """Return the words with the answer."""
        return f"{self.words}: {'yes' if seconds <= self.limit_s(floor_s) else 'no'}"


def times(factor: float, more_s: float = 0.0) -> Target:
    """Return a target that is a multiple of the floor."""
    words = f"≤ {factor:g} × floor" + (f" + {more_s:g} s" if more_s else "")
    return Target(words, lambda floor_s: factor * floor_s + more_s)


def at_most(seconds: float) -> Target:
    """Return a target in seconds."""
    return Target(f"≤ {seconds:g} s", lambda floor_s: seconds)


RETEST = times(1.2)
REFUSED = at_most(2.6)
CROWD = times(2)
CROWD_MEMORY_MB = 250
PAGE = Target("≤ 150 ms", lambda floor_s: 0.15)


def found_target(scenario: str, round_trip_ms: int) -> Target:
    """Return what finding and proving may take."""
    if scenario == "blackhole":
        return at_most(2.0)
    if not round_trip_ms:
        return at_most(0.08)
    return times(1.6, 0.25) if scenario == "pop" else times(1.3)


def logged_in_target(scenario: str, round_trip_ms: int) -> Target:
    """Return what finding and both logins may take."""
    if scenario == "blackhole":
        return at_most(2.2)
    if not round_trip_ms:
        return at_most(0.5 if scenario == "pop" else 0.15)
    return times(2, 0.25) if scenario == "pop" else times(1.6)


def typical(measured: Measured) -> float:
    """Return the median of the runs."""
    return median(measured.seconds)


def percentile(measured: Measured, percent: int) -> float:
    """Return the seconds within which so many of a hundred runs ended."""
    return percentile_of(measured.seconds, percent)


def percentile_of(seconds: Sequence[float], percent: int) -> float:
    """Return the seconds within which so many of a hundred ended."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
