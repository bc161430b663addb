"""The head start of what a domain publishes the usual way: where that is enough, the rarer sources are not troubled."""

import asyncio
from collections.abc import Iterable
from typing import Any

from webapp.detection.race import Race, Rank
from webapp.detection.sources.registry import IN_TABLE, PUBLISHED_RANK
from webapp.detection.turnstile import turnstile

LATE_RANK: Rank = (6,)  # from here on sources wait: Autodiscover, the unprotected page
HEAD_START_S = 0.25
CROWD_HEAD_START_S = 1.0


def waits(rank: Rank) -> bool:
    """Tell whether a source waits: the rare ones always, in a crowd all that would ask somebody else."""
    if turnstile().crowded:
        return rank > PUBLISHED_RANK and rank != IN_TABLE.rank
    return rank > LATE_RANK


async def head_start(races: Iterable[Race[Any]]) -> None:
    """Return once one of the races has nothing from the autoconfig host to hope for, or after a moment.

    A domain without that host is known as one after a single question to the
    name server, so the others lose nothing by it.
    """
    limit_s = CROWD_HEAD_START_S if turnstile().crowded else HEAD_START_S
    ends = [asyncio.ensure_future(_disappointed(race)) for race in races]
    try:
        await asyncio.wait(ends, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)


async def _disappointed(race: Race[Any]) -> None:
    """Wait for the end of the hope; a race that is over needs no more sources."""
    length = len(PUBLISHED_RANK)
    while race.over.is_set() or any(rank[:length] == PUBLISHED_RANK for rank in race.rivals(LATE_RANK)):
        await race.moved()
