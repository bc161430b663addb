"""Letters that wait for a number of the server's in this piece of work, and have no place any more if none comes."""

from collections import defaultdict
from collections.abc import Collection, Iterable


class Unsettled:
    """Remembers letters by folder. What is not remembered here stays: a row too many does less harm than one lost."""

    def __init__(self) -> None:
        self._letters: defaultdict[int, set[int]] = defaultdict(set)

    def add(self, folder_id: int, letter_ids: Iterable[int]) -> None:
        """Note letters the server was told to put there, or has numbered anew."""
        self._letters[folder_id].update(letter_ids)

    def of(self, folder_id: int) -> Collection[int]:
        """Return the letters of a folder."""
        return self._letters[folder_id]
