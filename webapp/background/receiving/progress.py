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

    def count(self, session: Session, *, more: int = 0, done: int = 0) -> None:
        """Count letters found waiting, and letters done in the transaction that stores them."""
        self._total += more
        self._done += done
        tell_progress(session, self._work.post, self._work.holder, self._done, self._total)
