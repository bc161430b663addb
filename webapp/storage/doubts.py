"""Letters whose worker died, or nobody answered for: what had not left waits again, of the rest the author decides."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from webapp.mail.settings import Direction
from webapp.net.problems import Problem
from webapp.storage.base import rows_of
from webapp.storage.models import OutgoingLetter, OutgoingState, Traffic
from webapp.storage.notices import letter_in_doubt

BLUNT = {"synchronize_session": False}


def settle(session: Session, account_id: int, now: datetime) -> None:
    """Judge what an earlier worker left behind; to be called by whoever holds the account's lease."""
    _judge(session, OutgoingLetter.account_id == account_id, now)


def settle_abandoned(session: Session, now: datetime) -> int:
    """Judge what nobody is sending any more, for no worker comes before a password is typed; return how much."""
    leased = and_(Traffic.direction == Direction.OUTGOING, Traffic.leased_until > now)
    return _judge(session, OutgoingLetter.account_id.not_in(select(Traffic.account_id).where(leased)), now)


def doubt(session: Session, letter_id: str, problem: Problem, now: datetime) -> None:
    """Leave a letter to its author that was handed over and not answered for."""
    _doubt(session, OutgoingLetter.id == letter_id, now, problem)


def _judge(session: Session, whose: ColumnElement[bool], now: datetime) -> int:
    judged = _doubt(session, and_(whose, OutgoingLetter.handed_over_at.is_not(None)), now)
    left = update(OutgoingLetter).where(whose, OutgoingLetter.state == OutgoingState.SENDING)
    # Behind the others: it may be what ended the worker.
    waits = {"state": OutgoingState.QUEUED, "next_try_at": OutgoingLetter.queued_at}
    return judged + rows_of(session.execute(left.values(waits), execution_options=BLUNT))


def _doubt(session: Session, which: ColumnElement[bool], now: datetime, problem: Problem | None = None) -> int:
    """Let letters that were being sent be in doubt, and tell their authors; return how many."""
    sent = update(OutgoingLetter).where(which, OutgoingLetter.state == OutgoingState.SENDING)
    doubtful = sent.values(state=OutgoingState.IN_DOUBT, problem=problem).returning(OutgoingLetter.id)
    letters = session.scalars(doubtful, execution_options=BLUNT).all()
    for letter_id in letters:
        letter_in_doubt(session, session.get_one(OutgoingLetter, letter_id, populate_existing=True), now)
    return len(letters)
