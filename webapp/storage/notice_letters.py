"""Which notices still wait for their letters, and which get none: nothing here writes a letter."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session, joinedload

from webapp.mail.settings import AuthMethod, Direction
from webapp.storage.models import (
    Account,
    LetterFate,
    Notice,
    NoticeCopy,
    NoticeKind,
    OutgoingLetter,
    OutgoingState,
    Traffic,
)

LATEST = timedelta(days=1)  # a letter about the day before yesterday is noise; the list has it
MOST_WAITING = 1000  # copies looked at in one round
BLUNT = {"synchronize_session": False}


class Sends(Enum):
    """Whether the system account can send."""

    YES = "yes"
    NOT_NOW = "not now"  # it is in trouble, and tries again or waits for a password
    NOT_SET_UP = "not set up"


def sends(session: Session, system: Account) -> Sends:
    """Return how the system account stands."""
    server = system.outgoing
    usable = system.proved_at is not None and system.for_sending and not system.frozen and not system.locked
    if not usable or server is None or (server.secret is None and server.auth_method is not AuthMethod.NONE):
        return Sends.NOT_SET_UP
    row = session.get(Traffic, (system.id, Direction.OUTGOING), populate_existing=True)
    troubled = row is not None and (row.trouble is not None or row.refused)
    return Sends.NOT_NOW if troubled else Sends.YES


def take_back(session: Session) -> int:
    """Let letters wait here, not in the outbox, while the system account is in trouble; return how many.

    There they would leave one by one when it heals, telling of what is over by
    then. A letter somebody is sending just now stays, and a test is to be tried.
    """
    of_system = OutgoingLetter.account_id.in_(select(Account.id).where(Account.is_system))
    in_trouble = exists().where(
        Traffic.account_id == OutgoingLetter.account_id,
        Traffic.direction == Direction.OUTGOING,
        Traffic.trouble.is_not(None),
        Traffic.leased_until.is_(None),
    )
    waits = (of_system, OutgoingLetter.author_id.is_(None), OutgoingLetter.state == OutgoingState.QUEUED, in_trouble)
    of_letters = select(NoticeCopy.letter_id, NoticeCopy.user_id, NoticeCopy.notice_id).join(NoticeCopy.letter)
    no_tests = of_letters.join(NoticeCopy.notice).where(Notice.kind != NoticeKind.TEST)
    carried = session.execute(no_tests.where(*waits)).all()
    if not carried:
        return 0
    gone = delete(OutgoingLetter).where(OutgoingLetter.id.in_({row[0] for row in carried}), *waits)
    taken = set(session.scalars(gone.returning(OutgoingLetter.id), execution_options=BLUNT))
    for letter_id, user_id, notice_id in carried:
        if letter_id in taken:
            mine = update(NoticeCopy).where(NoticeCopy.user_id == user_id, NoticeCopy.notice_id == notice_id)
            session.execute(mine.values(fate=LetterFate.WAITING), execution_options=BLUNT)
    return len(taken)


def waiting(session: Session) -> Sequence[NoticeCopy]:
    """Return the copies nothing was decided about yet, the oldest first."""
    found = select(NoticeCopy).where(NoticeCopy.fate == LetterFate.WAITING).join(NoticeCopy.notice)
    parts = (joinedload(NoticeCopy.notice), joinedload(NoticeCopy.user))
    found = found.options(*parts).execution_options(populate_existing=True)
    return session.scalars(found.order_by(Notice.id, NoticeCopy.user_id).limit(MOST_WAITING)).all()


def stale(session: Session, copies: Sequence[NoticeCopy], now: datetime) -> dict[LetterFate, list[NoticeCopy]]:
    """Return which of the waiting copies no letter is worth writing for, by the reason; the first counts.

    A trouble that is over by now needs none, and its end none for those who
    had no letter about its beginning.
    """
    over = [one for one in copies if one.notice.kind is NoticeKind.TROUBLE and one.notice.over_at is not None]
    unwritten = {(one.notice_id, one.user_id) for one in copies if one.notice.kind is NoticeKind.TROUBLE}
    unwritten |= _without_letter(session, [one.notice.ends_id for one in copies if one.notice.ends_id is not None])
    over += [one for one in copies if (one.notice.ends_id, one.user_id) in unwritten]
    late = [one for one in copies if one.notice.at < now - LATEST]
    return {LetterFate.OVER: over, LetterFate.TOO_LATE: late}


def settle(session: Session, copies: Iterable[NoticeCopy], fate: LetterFate) -> None:
    """Write down what becomes of waiting copies' letters."""
    for one in copies:
        claim(session, one.user_id, [one.notice_id], fate)


def claim(session: Session, user_id: int, notice_ids: Collection[int], fate: LetterFate) -> set[int]:
    """Decide about one person's waiting copies; return which were still undecided, so that each is decided once."""
    mine = update(NoticeCopy).where(NoticeCopy.user_id == user_id, NoticeCopy.notice_id.in_(notice_ids))
    undecided = mine.where(NoticeCopy.fate == LetterFate.WAITING).values(fate=fate)
    return set(session.scalars(undecided.returning(NoticeCopy.notice_id), execution_options=BLUNT))


def attach(session: Session, user_id: int, notice_ids: Collection[int], letter: OutgoingLetter) -> None:
    """Write down which letter carries these notices to the person."""
    mine = update(NoticeCopy).where(NoticeCopy.user_id == user_id, NoticeCopy.notice_id.in_(notice_ids))
    session.execute(mine.values(letter_id=letter.id), execution_options=BLUNT)


def written_since(session: Session, moment: datetime) -> set[int]:
    """Return the people a letter was written to since then; tests do not count."""
    people = select(NoticeCopy.user_id).join(NoticeCopy.letter).join(NoticeCopy.notice)
    recent = people.where(OutgoingLetter.queued_at > moment, Notice.kind != NoticeKind.TEST)
    return set(session.scalars(recent.distinct()))


def is_test_under_way(session: Session) -> bool:
    """Tell whether a test notice is still on its way: another one would show nothing more."""
    states = (OutgoingState.QUEUED, OutgoingState.SENDING)
    found = select(func.count()).select_from(NoticeCopy).join(NoticeCopy.notice).outerjoin(NoticeCopy.letter)
    on_its_way = (NoticeCopy.fate == LetterFate.WAITING) | OutgoingLetter.state.in_(states)
    return bool(session.scalar(found.where(Notice.kind == NoticeKind.TEST, on_its_way)))


def _without_letter(session: Session, troubles: Collection[int]) -> set[tuple[int, int]]:
    """Return whose copies of these troubles never became letters."""
    if not troubles:
        return set()
    rows = select(NoticeCopy.notice_id, NoticeCopy.user_id).where(NoticeCopy.notice_id.in_(troubles))
    return {(row.notice_id, row.user_id) for row in session.execute(rows.where(NoticeCopy.fate != LetterFate.WRITTEN))}
