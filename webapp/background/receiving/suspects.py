"""Letters that were on their way when a connection broke: whether they did it, and how they are asked for then.

Some letters break a server or what it says of them, every time they are asked
for. They must not keep the others from coming.
"""

from collections.abc import Hashable, Sequence
from enum import IntEnum

from webapp.net.problems import ProblemKind, Trouble

CERTAIN = {ProblemKind.ANSWER_TOO_LONG, ProblemKind.LINE_TOO_LONG, ProblemKind.UNEXPECTED_ANSWER}
DOUBTFUL = {ProblemKind.CONNECTION_LOST, ProblemKind.SILENT, ProblemKind.TLS_FAILED}
BREAKS_TO_CONVICT = 3  # of a letter asked for alone, where the network may have done it
MOST_NEW_STARTS = 12  # in one piece of work


class Way(IntEnum):
    """How a letter is asked for."""

    WITH_OTHERS = 0
    ALONE = 1
    HEADER = 2
    NOT_AT_ALL = 3
    FROM_HERE = 4  # its bytes are here already


class Suspects:
    """Remembers during one piece of work which letters were on their way; a letter is named by any key."""

    def __init__(self) -> None:
        self._ways: dict[Hashable, Way] = {}
        self._breaks: dict[Hashable, int] = {}
        self._news = False
        self._starts = 0

    def way(self, letter: Hashable) -> Way:
        """Return how a letter is to be asked for."""
        return self._ways.get(letter, Way.WITH_OTHERS)

    def blame(self, letters: Sequence[Hashable], trouble: Trouble) -> None:
        """Note which letters were on their way when this broke the connection."""
        kind = trouble.problem.kind
        if kind not in CERTAIN | DOUBTFUL or not letters:
            return
        self._news = True
        if len(letters) > 1:
            self._ways |= dict.fromkeys(letters, Way.ALONE)
            return
        (letter,) = letters
        self._breaks[letter] = self._breaks.get(letter, 0) + 1
        convicted = kind in CERTAIN or self._breaks[letter] >= BREAKS_TO_CONVICT
        way = max(self.way(letter), Way.ALONE)
        self._ways[letter] = Way(min(way + convicted, Way.NOT_AT_ALL))

    def worth_another_start(self) -> bool:
        """Tell whether a new connection would be used otherwise than the one that broke."""
        news, self._news = self._news, False
        self._starts += 1
        return news and self._starts <= MOST_NEW_STARTS
