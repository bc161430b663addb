"""Letters in portions: so many that it is worth a question, so few that one transaction stays short. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from webapp.background.receiving.announced import Announced
from webapp.background.receiving.suspects import Way

MOST_LETTERS = 200
MOST_BYTES = 20 * 1024 * 1024
MOST = dict.fromkeys(Way, MOST_LETTERS) | {Way.ALONE: 1, Way.HEADER: 1}
BODILESS = (Way.HEADER, Way.NOT_AT_ALL, Way.LATER)
LARGEST_LETTER = 50 * 1024 * 1024  # of larger ones only the header is loaded


@dataclass(frozen=True)
class Portion:
    """Letters that are asked for together, in one way."""

    letters: tuple[Announced, ...]
    way: Way
    size: int = 0  # of what is loaded, as the server announced it


def portions(letters: Iterable[Announced], way_of: Callable[[Announced], Way]) -> Iterator[Portion]:
    """Return letters in portions, their order kept."""
    together: list[Announced] = []
    way, size = Way.WITH_OTHERS, 0
    for letter in letters:
        its_way = way_of(letter)
        its_size = 0 if its_way in BODILESS else letter.size
        full = len(together) >= MOST[way] or size + its_size > MOST_BYTES
        if together and (its_way is not way or full):
            yield Portion(tuple(together), way, size)
            together, size = [], 0
        together.append(letter)
        way, size = its_way, size + its_size
    if together:
        yield Portion(tuple(together), way, size)
