"""Sees to it that notices reach people: tells of what lasts, and writes the letters the system account sends.

The list of the program is first and complete; a letter only carries what stands
there. One person gets at most one letter in five minutes, with everything that
is worth a letter by then.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy.orm import Session, sessionmaker

from webapp.mail.messages.recipients import read_recipients
from webapp.storage.accounts import system_account
from webapp.storage.models import Account, LetterFate, Notice, NoticeCopy, NoticeKind, Traffic, User
from webapp.storage.notice_addresses import notice_address
from webapp.storage.notice_letters import (
    Sends,
    attach,
    claim,
    sends,
    settle,
    stale,
    take_back,
    waiting,
    written_since,
)
from webapp.storage.outbox import post
from webapp.storage.troubles import look_after_troubles, trouble_began, trouble_ended

BETWEEN_LETTERS = timedelta(minutes=5)


@dataclass(frozen=True)
class LetterWords:
    """What a letter says, in the language of whoever gets it."""

    subject: str
    text: str


Write = Callable[[User, Sequence[Notice]], LetterWords]
"""Puts notices into words for one person; the words are the business of `webapp.web`."""


class Noticing:
    """Tells people what the background finds out. Everything stands in rows: any process may do it at any time."""

    def __init__(
        self, session_factory: sessionmaker[Session], write: Write, clock: Callable[[], datetime], zone: tzinfo
    ) -> None:
        self._session_factory = session_factory
        self._write = write
        self._clock = clock
        self._zone = zone

    def tell_trouble(self, session: Session, row: Traffic) -> None:
        """Tell of trouble, in the transaction that writes it down."""
        trouble_began(session, row, self._clock())

    def tell_healed(self, session: Session, row: Traffic) -> None:
        """Tell that it is over, in the transaction that writes it down."""
        trouble_ended(session, row.account_id, row.direction, self._clock())

    def look(self) -> int:
        """Tell what is to be told by now and write letters; return how many letters the outbox got."""
        with self._session_factory.begin() as session:
            look_after_troubles(session, self._clock())
        with self._session_factory.begin() as session:
            return write_letters(session, self._write, self._zone, self._clock())


def write_letters(session: Session, write: Write, zone: tzinfo, now: datetime) -> int:
    """Put letters for everything that waits for one into the outbox; return how many."""
    take_back(session)
    copies = waiting(session)
    if not copies:
        return 0
    for fate, useless in stale(session, copies, now).items():
        settle(session, useless, fate)
    system = system_account(session)
    can_send = sends(session, system)
    if can_send is Sends.NOT_SET_UP:
        settle(session, copies, LetterFate.NO_SYSTEM_ACCOUNT)
        return 0
    return sum(
        _write_to(session, system, person, notices, write, zone, now)
        for person, notices in _letters(session, waiting(session), can_send, now)
    )


def _letters(
    session: Session, copies: Sequence[NoticeCopy], can_send: Sends, now: datetime
) -> Iterator[tuple[User, list[Notice]]]:
    """Yield what goes into which letter now; a test goes alone, and at once, for it is to show whether it can."""
    recent = written_since(session, now - BETWEEN_LETTERS)
    others: dict[User, list[Notice]] = {}
    for one in copies:
        if one.notice.kind is NoticeKind.TEST:
            yield one.user, [one.notice]
        elif can_send is Sends.YES and one.user_id not in recent:
            others.setdefault(one.user, []).append(one.notice)
    yield from others.items()


def _write_to(
    session: Session,
    system: Account,
    person: User,
    notices: Sequence[Notice],
    write: Write,
    zone: tzinfo,
    now: datetime,
) -> int:
    to = notice_address(session, person)
    if to is None or read_recipients(to.address).misread:
        claim(session, person.id, [notice.id for notice in notices], LetterFate.NO_ADDRESS)
        return 0
    ours = claim(session, person.id, [notice.id for notice in notices], LetterFate.WRITTEN)
    told = [notice for notice in notices if notice.id in ours]
    if not told:
        return 0
    words = write(person, told)
    letter = post(session, system, to.address, words.subject, words.text, zone, now)
    attach(session, person.id, ours, letter)
    return 1
