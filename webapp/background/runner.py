"""Runs the searches and verifications of this process. The rows are the truth; this is what moves them."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.storage.base import utc_now
from webapp.storage.secrets import SecretBox

SurroundingsFor = Callable[[tuple[KnownAccount, ...]], Surroundings]
"""Returns the surroundings of one run, given what the office knows about the domain."""


class Runner:
    """One loop thread that talks to servers and one writer thread that talks to the database.

    Both start with the first run or with `open`, so make the runner anywhere,
    also before a fork, but open it only in the process that serves.
    """

    def __init__(
        self,
        session_factory: sessionmaker[Session],
        box: SecretBox,
        surroundings_for: SurroundingsFor,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._session_factory = session_factory
        self._box = box
        self._surroundings_for = surroundings_for
        self._clock = clock

    def open(self) -> None:
        """Mark the runs of dead processes interrupted, wipe expired secrets, and go on doing so.

        Call it when the process starts serving; safe to repeat.
        """
        raise NotImplementedError

    def start(self, run_id: str) -> None:
        """Run a waiting run as soon as its user has no other; returns at once, safe to repeat (nothing runs twice)."""
        raise NotImplementedError

    def stop(self, run_id: str, wait_s: float = 1.0) -> bool:
        """Cancel the run if it is here and wait for its end; return whether it is over.

        The caller has committed `request_stop` before. A run of another
        process stops by that flag.
        """
        raise NotImplementedError

    def shutdown(self) -> None:
        """Stop every run (they end as interrupted), store what they found, end both threads; safe to repeat."""
        raise NotImplementedError
