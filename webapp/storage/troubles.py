"""When people are told of an account's trouble, once, and once that it is over.

A refused login is told at once: only a person can mend it. Other trouble heals
by itself, most of it within minutes, so it is told when it has come back
several times in a row. A direction that was told about is told about again
within a day only if its trouble lasts longer than before: one that fails and
heals all the time does not flood anybody. The end is told to those who were
told the beginning.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from webapp.mail.settings import Direction
from webapp.storage.models import Account, LetterFate, Notice, NoticeCopy, NoticeKind, Traffic
from webapp.storage.notices import concerned, hand_out
from webapp.storage.once import id_inserted_once

TOLD_AFTER = 3  # failures in a row, hence about as many minutes; a hiccup is nobody's business
REMEMBERED_FOR = timedelta(days=1)
SECOND_PATIENCE = timedelta(minutes=10)
MOST_DOUBLED = 6
BLUNT = {"synchronize_session": False}
OPEN = and_(Notice.kind == NoticeKind.TROUBLE, Notice.over_at.is_(None))
# What becomes of the letter about the end, by what became of the one about the beginning.
FATE_OF_END = {LetterFate.WRITTEN: LetterFate.WAITING}


def trouble_began(session: Session, row: Traffic, now: datetime) -> Notice | None:
    """Tell of a direction's trouble if it is time to and nobody was told yet; harmless to repeat, from any process.

    A refused login is news also to whoever knows of another trouble before it.
    """
    if row.trouble is None or not _is_grave(row):
        return None
    known = _open(session, row.account_id, row.direction)
    if known is not None:
        if not row.refused or known.refused or not _close(session, known, now):
            return None
    elif not row.refused and now - (row.trouble_since or now) < _patience(session, row, now):
        return None
    return _tell(session, row, now)


def trouble_ended(session: Session, account_id: int, direction: Direction, now: datetime) -> Notice | None:
    """Tell that a direction works again to those who were told that it did not; harmless to repeat."""
    trouble = _open(session, account_id, direction)
    if trouble is None or not _close(session, trouble, now):
        return None
    notice = Notice(kind=NoticeKind.HEALED, at=now, since=trouble.since, ends_id=trouble.id, subject=trouble.subject)
    notice.account_id, notice.direction = account_id, direction
    session.add(notice)
    session.flush()
    account = session.get(Account, account_id)
    still = {user.id for user in concerned(session, account)} if account is not None else set()
    copies = session.scalars(select(NoticeCopy).where(NoticeCopy.notice_id == trouble.id)).all()
    hand_out(
        session, notice, {one.user_id: FATE_OF_END.get(one.fate, one.fate) for one in copies if one.user_id in still}
    )
    return notice


def troubles_ended(session: Session, account_id: int, directions: Collection[Direction], now: datetime) -> None:
    """Tell that a server has just let us in again, because a person saw to it."""
    for direction in directions:
        trouble_ended(session, account_id, direction, now)


def look_after_troubles(session: Session, now: datetime) -> None:
    """Tell what has lasted long enough by now, and close what nobody wants any more; for every round of the leader.

    A trouble is over without a word where its direction is not used any more,
    or where nothing is left to do: then nobody knows whether it would work.
    """
    of_row = and_(Traffic.account_id == Notice.account_id, Traffic.direction == Notice.direction)
    troubled = exists().where(of_row, Traffic.trouble.is_not(None))
    for notice in session.scalars(select(Notice).where(OPEN, ~troubled)).all():
        _close(session, notice, now)
    known = exists().where(of_row, OPEN)
    refused = Traffic.refused & ~exists().where(of_row, OPEN, Notice.refused)
    lasting = and_(~known, Traffic.failures >= TOLD_AFTER)
    rows = select(Traffic).where(Traffic.trouble.is_not(None), or_(refused, lasting))
    for row in session.scalars(rows).all():
        trouble_began(session, row, now)


def patience(told: int) -> timedelta:
    """Return how long a trouble must last before it is told, by how often its direction's was told within a day."""
    return SECOND_PATIENCE * 2 ** min(told - 1, MOST_DOUBLED) if told else timedelta()


def _is_grave(row: Traffic) -> bool:
    return row.refused or row.failures >= TOLD_AFTER


def _patience(session: Session, row: Traffic, now: datetime) -> timedelta:
    told = (
        select(func.count())
        .select_from(Notice)
        .where(
            Notice.kind == NoticeKind.TROUBLE,
            Notice.account_id == row.account_id,
            Notice.direction == row.direction,
            Notice.at > now - REMEMBERED_FOR,
        )
    )
    return patience(session.scalar(told) or 0)


def _tell(session: Session, row: Traffic, now: datetime) -> Notice | None:
    account = session.get_one(Account, row.account_id)
    about = {"account_id": account.id, "direction": row.direction, "subject": account.address}
    what = {
        "kind": NoticeKind.TROUBLE,
        "at": now,
        "since": row.trouble_since or now,
        "problem": row.trouble,
        "refused": row.refused,
    }
    # Of several who tell at the same moment one does: the database keeps one open trouble of a direction.
    told = id_inserted_once(session, Notice, **about, **what)
    if told is None:
        return None
    notice = session.get_one(Notice, told)
    own = account.is_system and row.direction is Direction.OUTGOING
    fate = LetterFate.OWN_TROUBLE if own else LetterFate.WAITING
    hand_out(session, notice, {person.id: fate for person in concerned(session, account)})
    return notice


def _open(session: Session, account_id: int, direction: Direction) -> Notice | None:
    return session.scalar(select(Notice).where(OPEN, Notice.account_id == account_id, Notice.direction == direction))


def _close(session: Session, trouble: Notice, now: datetime) -> bool:
    """End an open trouble; False: somebody else did."""
    ours = update(Notice).where(Notice.id == trouble.id, Notice.over_at.is_(None)).values(over_at=now)
    closed = session.scalar(ours.returning(Notice.id), execution_options=BLUNT)
    session.refresh(trouble)
    return closed is not None
