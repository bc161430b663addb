"""How far a piece of receiving is, for people to see."""

from sqlalchemy.orm import Session

from webapp.background.work import Work
from webapp.storage.leasing import tell_progress


class Progress:
    """Counts letters done of those known to be waiting; the sum grows with each folder looked into."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._done = 0
        self._total = 0

    def expect(self, letters: int) -> None:
        """Add letters that are to be loaded, and show it."""
        self._total += letters
        if letters:
            self._work.tell(self._done, self._total)

    def count(self, session: Session, letters: int) -> None:
        """Count letters as done in the transaction that stores them."""
        self._done += letters
        tell_progress(session, self._work.post, self._work.holder, self._done, self._total)
