"""The ranking of DESIGN 4, as a list: everything that is looked up, best first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from webapp.detection.question import Question
from webapp.detection.race import Rank
from webapp.detection.sources import autoconfig, ispdb, mx, provider_table, same_domain, srv
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import MailConfig

GUESS_RANK: Rank = (8, 0)
GUESS_AT_MX_RANK: Rank = (8, 1)


@dataclass(frozen=True)
class LookUp:
    """One source and its place in the ranking."""

    rank: Rank
    look_up: Callable[[Question], Awaitable[MailConfig | None]]


IN_TABLE = LookUp((3, 0), provider_table.look_up)

LOOK_UPS = (
    LookUp((1, 0), same_domain.look_up),
    LookUp((2, 0), autoconfig.look_up),
    LookUp((2, 1), autoconfig.look_up_well_known),
    IN_TABLE,
    LookUp((3, 1), ispdb.look_up),
    *(LookUp((4, place), look_up) for place, look_up in enumerate((mx.look_up, *mx.SUB_LOOK_UPS))),
    LookUp((5, 0), srv.look_up),
)


def closed_door(domain: str, surroundings: Surroundings) -> bool:
    """Tell whether our table alone settles it: the domain's provider lets no program in with a password.

    Then nobody is asked and nothing is probed. An account of the domain that
    works all the same knows better (a provider's bridge somewhere in the office, say).
    """
    provider = surroundings.providers.by_domain(domain)
    return provider is not None and provider.unusable and not surroundings.known
