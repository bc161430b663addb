"""Letters in portions: so many that it is worth a question, so few that one transaction stays short. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from webapp.background.receiving.announced import Announced
from webapp.background.receiving.suspects import Way

MOST_LETTERS = 200
MOST_BYTES = 20 * 1024 * 1024
MOST_HEADERS = 50
LARGEST_LETTER = 50 * 1024 * 1024  # of larger ones only the header is loaded


@dataclass(frozen=True)
class Portion:
    """Letters that are asked for together, in one way."""

    letters: tuple[Announced, ...]
    way: Way


def portions(letters: Iterable[Announced], way_of: Callable[[Announced], Way]) -> Iterator[Portion]:
    """Return letters in portions, their order kept."""
    together: list[Announced] = []
    way, size = Way.WITH_OTHERS, 0
    for letter in letters:
        its_way = Way.HEADER if letter.size > LARGEST_LETTER else Way.WITH_OTHERS
        its_way = max(its_way, way_of(letter))
        full = len(together) >= _most(way) or size + letter.size > MOST_BYTES
        if together and (its_way is not way or full):
            yield Portion(tuple(together), way)
            together, size = [], 0
        together.append(letter)
        way = its_way
        size += letter.size if way is Way.WITH_OTHERS else 0
    if together:
        yield Portion(tuple(together), way)


def _most(way: Way) -> int:
    return {Way.WITH_OTHERS: MOST_LETTERS, Way.ALONE: 1, Way.HEADER: MOST_HEADERS, Way.NOT_AT_ALL: MOST_LETTERS}[way]
