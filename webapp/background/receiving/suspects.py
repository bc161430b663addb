"""Letters that were on their way when a connection broke: whether they did it, and how they are asked for then.

Some letters break their server, or what it says of them, every time they are
asked for. They must not keep the others from coming, and a bad line must not
make a letter pass for one of them.
"""

from collections.abc import Sequence
from enum import IntEnum

from webapp.net.problems import ProblemKind, Trouble

CERTAIN = {ProblemKind.ANSWER_TOO_LONG, ProblemKind.LINE_TOO_LONG, ProblemKind.UNEXPECTED_ANSWER}
DOUBTFUL = {ProblemKind.CONNECTION_LOST, ProblemKind.SILENT, ProblemKind.TLS_FAILED}
BREAKS_IN_DOUBT = 3  # of a letter asked for alone; then it has had its chance
SMALL = 1024 * 1024  # such a letter comes over any line that brings others
FRUITLESS_STARTS = 5  # without one letter in between: it is the server
MOST_STARTS = 12  # anew, in one piece of work


class Way(IntEnum):
    """How a letter is asked for."""

    WITH_OTHERS = 0
    ALONE = 1
    HEADER = 2
    NOT_AT_ALL = 3  # only its place is kept
    FROM_HERE = 4  # its bytes are here already
    LATER = 5  # it is left for the next piece of work


Key = tuple[int, int] | str
"""How a letter is named: by its folder and UID, or by its key (POP3)."""


class Suspects:
    """Remembers during one piece of work which letters were on their way when a connection broke."""

    def __init__(self) -> None:
        self._ways: dict[Key, Way] = {}
        self._breaks: dict[Key, int] = {}
        self._news = False
        self._starts = 0
        self._fruitless = 0
        self.trouble: Trouble | None = None
        """Why letters are left for later."""

    def way(self, letter: Key) -> Way:
        """Return how a letter is to be asked for."""
        return self._ways.get(letter, Way.WITH_OTHERS)

    def breaks(self, letter: Key) -> int:
        """Return how many connections broke at a letter: those that did come last."""
        return self._breaks.get(letter, 0)

    def leaves_for_later(self, folder_id: int) -> bool:
        """Tell whether a letter of a folder was left for later."""
        return any(way is Way.LATER and key[0] == folder_id for key, way in self._ways.items())

    def acquit(self) -> None:
        """Note that letters came: the server and the line are well."""
        self._fruitless = 0

    def blame(self, letters: Sequence[tuple[Key, int]], trouble: Trouble) -> None:
        """Note which letters were on their way, with their sizes, when this ended the conversation."""
        kind = trouble.problem.kind
        if kind not in CERTAIN | DOUBTFUL or not letters:
            return
        self._news = True
        self._fruitless += kind in DOUBTFUL
        if len(letters) > 1:
            self._ways |= {key: max(self.way(key), Way.ALONE) for key, _ in letters}
            return
        ((key, size),) = letters
        self._breaks[key] = self.breaks(key) + 1
        self._ways[key] = self._judged(key, size, certain=kind in CERTAIN)
        if self._ways[key] is Way.LATER:
            self.trouble = trouble

    def worth_another_start(self) -> bool:
        """Tell whether a new connection would be used otherwise than the one that broke."""
        news, self._news = self._news, False
        self._starts += 1
        return news and self._starts <= MOST_STARTS and self._fruitless < FRUITLESS_STARTS

    def _judged(self, key: Key, size: int, *, certain: bool) -> Way:
        way = max(self.way(key), Way.ALONE)
        if certain:
            return Way(min(way + 1, Way.NOT_AT_ALL))
        if way is Way.ALONE and self.breaks(key) < BREAKS_IN_DOUBT:
            return way
        return Way.HEADER if way is Way.ALONE and size <= SMALL else Way.LATER
