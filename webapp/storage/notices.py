"""What the program tells people by itself: who is told, each person's list, and what in it is not read yet."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from webapp.net.problems import Problem
from webapp.storage.base import rows_of, utc_now
from webapp.storage.models import (
    Account,
    LetterFate,
    Notice,
    NoticeCopy,
    NoticeKind,
    OutgoingLetter,
    OutgoingRecipient,
    RecipientState,
    User,
)
from webapp.storage.pages import PER_PAGE, Page, within

KEPT_FOR = timedelta(days=365)
PORTION = 500  # of notices in one transaction, so that nobody waits long for it
LONGEST_SUBJECT = 320
MAILROOM = "mailroom"  # the author of letters nobody wrote
BLUNT = {"synchronize_session": False}


def tell(session: Session, notice: Notice, people: Iterable[User], fate: LetterFate = LetterFate.WAITING) -> Notice:
    """Put a notice into people's lists; a letter follows where one can."""
    session.add(notice)
    session.flush()
    hand_out(session, notice, {person.id: fate for person in people})
    return notice


def hand_out(session: Session, notice: Notice, fates: Mapping[int, LetterFate]) -> None:
    """Give everybody a copy, with what becomes of their letter."""
    session.add_all(NoticeCopy(notice_id=notice.id, user_id=user_id, fate=fate) for user_id, fate in fates.items())
    session.flush()


def administrators(session: Session) -> Sequence[User]:
    """Return who is told of everything."""
    return session.scalars(select(User).where(User.is_admin, ~User.disabled).order_by(User.id)).all()


def concerned(session: Session, account: Account) -> Sequence[User]:
    """Return who is told how an account fares: its owner, and the administrators."""
    owner = User.id == account.owner_id if account.owner_id is not None else User.id.is_(None)
    return session.scalars(select(User).where(owner | User.is_admin, ~User.disabled).order_by(User.id)).all()


def tell_test(session: Session, by: User, now: datetime) -> Notice:
    """Tell the administrators something that only shows whether they can be told."""
    return tell(session, Notice(kind=NoticeKind.TEST, at=now, subject=by.display_name), administrators(session))


def letter_refused(session: Session, letter: OutgoingLetter, now: datetime) -> Notice | None:
    """Tell the author that a letter did not reach everybody, for good; None where there is nobody to tell."""
    refused = [one for one in letter.recipients if one.state is RecipientState.REFUSED]
    problem = letter.problem or next((one.problem for one in refused if one.problem is not None), None)
    return _tell_of(session, letter, NoticeKind.LETTER_REFUSED, refused, problem, now)


def letter_in_doubt(session: Session, letter: OutgoingLetter, now: datetime) -> Notice | None:
    """Tell the author that nobody knows whether a letter arrived; None where there is nobody to tell."""
    waiting = [one for one in letter.recipients if one.state is RecipientState.WAITING]
    return _tell_of(session, letter, NoticeKind.LETTER_IN_DOUBT, waiting, letter.problem, now)


def list_notices(session: Session, user: User, page: int = 1) -> Page[NoticeCopy]:
    """Return a page of what the person was told, the newest first, each with the letter that carries it."""
    total = session.scalar(select(func.count()).select_from(NoticeCopy).where(_of(user))) or 0
    page = within(page, total)
    newest_first = select(NoticeCopy).join(NoticeCopy.notice).where(_of(user))
    newest_first = newest_first.order_by(Notice.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    parts = (joinedload(NoticeCopy.notice), joinedload(NoticeCopy.letter))
    return Page(tuple(session.scalars(newest_first.options(*parts))), total, page)


def unread_count(session: Session, user: User) -> int:
    """Return how many notices the person has not read; asked on every page, answered by one index."""
    unread = select(func.count()).select_from(NoticeCopy).where(_of(user), NoticeCopy.read_at.is_(None))
    return session.scalar(unread) or 0


def mark_read(session: Session, user: User, notice_id: int, now: datetime | None = None) -> bool:
    """Mark one notice read, harmless to repeat; False if the person was not told it."""
    if session.get(NoticeCopy, (notice_id, user.id)) is None:
        return False
    _mark(session, and_(_of(user), NoticeCopy.notice_id == notice_id), now)
    return True


def mark_all_read(session: Session, user: User, upto_id: int, now: datetime | None = None) -> int:
    """Mark read what the person has seen, so nothing newer than `upto_id`; return how many."""
    return _mark(session, and_(_of(user), NoticeCopy.notice_id <= upto_id), now)


def forget_old_notices(session: Session, now: datetime | None = None) -> int:
    """Delete what nobody needs any more, with its copies; return how many notices."""
    old = select(Notice.id).where(Notice.at < (now or utc_now()) - KEPT_FOR).limit(PORTION)
    return rows_of(session.execute(delete(Notice).where(Notice.id.in_(old)), execution_options=BLUNT))


def _tell_of(
    session: Session,
    letter: OutgoingLetter,
    kind: NoticeKind,
    recipients: Iterable[OutgoingRecipient],
    problem: Problem | None,
    now: datetime,
) -> Notice | None:
    """Tell the author of a letter.

    One of the program's own is told to the administrators, and by no letter:
    it might fare as badly.
    """
    author = session.get(User, letter.author_id) if letter.author_id is not None else None
    people = administrators(session) if letter.author_id is None else [author] if author and not author.disabled else []
    if not people:
        return None
    notice = Notice(kind=kind, at=now, account_id=letter.account_id, problem=problem)
    notice.subject = ", ".join(one.address for one in recipients)[:LONGEST_SUBJECT]
    by = (("author", MAILROOM),) if author is None else ()
    notice.details = (("letter", letter.id), ("subject", letter.subject[:LONGEST_SUBJECT]), *by)
    return tell(session, notice, people, LetterFate.WAITING if author else LetterFate.OWN_TROUBLE)


def _of(user: User) -> ColumnElement[bool]:
    return NoticeCopy.user_id == user.id


def _mark(session: Session, copies: ColumnElement[bool], now: datetime | None) -> int:
    unread = update(NoticeCopy).where(copies, NoticeCopy.read_at.is_(None)).values(read_at=now or utc_now())
    return rows_of(session.execute(unread, execution_options={"synchronize_session": "fetch"}))
