"""Log in for the background by the rules that hold for people: one ledger of refusals for both (DESIGN 5.1)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from webapp.background.refusals import StoredRefusals
from webapp.background.work import NotYet
from webapp.detection.budget import mailboxes_of
from webapp.detection.refusals import REFUSALS_BEFORE_PAUSE, password_refused
from webapp.mail.settings import ServerSettings
from webapp.net.problems import Trouble
from webapp.storage.refusals import recent_refusals, store_refusals

SOON = timedelta(seconds=10)  # by then the logins under way are answered


class Etiquette:
    """Lets a login begin only where no fourth refusal can come of it, and writes down those that are refused."""

    def __init__(
        self, session_factory: sessionmaker[Session], refusals: StoredRefusals, clock: Callable[[], datetime]
    ) -> None:
        self._session_factory = session_factory
        self._refusals = refusals
        self._clock = clock

    @contextmanager
    def place(self, address: str, settings: ServerSettings, *, sparing: bool = False) -> Iterator[None]:
        """Hold a place for one login; raises `NotYet` instead of waiting, for others want the thread.

        `sparing`: the password was refused before. The last refusal there is room for then stays
        the person's, who may be typing the new password right now.
        """
        mailboxes = mailboxes_of(address, settings)
        with self._refusals.reading() as take, self._session_factory() as session:
            take(recent_refusals(session, self._clock()))
        pauses = [end for mailbox in mailboxes if (end := self._closed_until(mailbox, sparing)) is not None]
        if pauses:
            raise NotYet(max(pauses))
        places = self._refusals.places
        if not places.take({mailbox: self._refusals.refused_lately(mailbox) + sparing for mailbox in mailboxes}):
            raise NotYet(self._clock() + SOON)
        try:
            yield
        except Trouble as trouble:
            if password_refused(trouble.problem):
                self._note(mailboxes)
            raise
        finally:
            places.give_back(mailboxes)

    def _closed_until(self, mailbox: str, sparing: bool) -> datetime | None:
        end = self._refusals.paused_until(mailbox)
        return end or self._refusals.room_at(mailbox, REFUSALS_BEFORE_PAUSE - 1) if sparing else end

    def _note(self, mailboxes: frozenset[str]) -> None:
        refused = [(mailbox, self._clock()) for mailbox in mailboxes]
        try:
            with self._session_factory.begin() as session:
                store_refusals(session, refused)
            self._refusals.know(refused)  # until now the place that is held counts for it
        except SQLAlchemyError:  # this process knows it all the same, and writes it with its next refusals
            self._refusals.remember(refused)
