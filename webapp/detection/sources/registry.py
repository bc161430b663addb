"""The ranking of DESIGN 4, as a list: everything that is looked up, best first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from webapp.detection.question import Question
from webapp.detection.race import Rank
from webapp.detection.sources import (
    autoconfig,
    autodiscover,
    ispdb,
    mx,
    pacc,
    plain_autoconfig,
    provider_table,
    same_domain,
    snapshot,
    srv,
)
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import MailConfig
from webapp.net.problems import Problem

PUBLISHED_RANK: Rank = (2, 0)
ISPDB_RANK: Rank = (3, 2)
GUESS_RANK: Rank = (8, 0)
GUESS_AT_MX_RANK: Rank = (8, 1)


@dataclass(frozen=True)
class LookUp:
    """One source and its place in the ranking.

    It returns a configuration or None, with the reason in its step; a problem
    only if that explains a search which finds nothing.
    """

    rank: Rank
    look_up: Callable[[Question], Awaitable[MailConfig | Problem | None]]


IN_TABLE = LookUp((3, 0), provider_table.look_up)

LOOK_UPS = (
    LookUp((1, 0), same_domain.look_up),
    LookUp(PUBLISHED_RANK, autoconfig.look_up),
    LookUp((2, 1), autoconfig.look_up_well_known),
    LookUp((2, 2), pacc.look_up),
    IN_TABLE,
    LookUp((3, 1), snapshot.look_up),
    LookUp(ISPDB_RANK, ispdb.look_up),
    *(LookUp((4, place), look_up) for place, look_up in enumerate((mx.look_up, *mx.SUB_LOOK_UPS))),
    LookUp((5, 0), srv.look_up),
    *(LookUp((6, place), look_up) for place, look_up in enumerate(autodiscover.LOOK_UPS)),
    LookUp((7, 0), plain_autoconfig.look_up),
)


def closed_door(domain: str, surroundings: Surroundings) -> bool:
    """Tell whether our table alone settles it: the domain's provider lets no program in with a password.

    Then nobody is asked and nothing is probed. An account of the domain that
    works all the same knows better (a provider's bridge somewhere in the office, say).
    """
    provider = surroundings.providers.by_domain(domain)
    return provider is not None and provider.unusable and not surroundings.known
