"""When waiting for a server ends: after days of trouble its letters go back to their authors (RFC 5321, 4.5.4.1)."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.detection.refusals import password_refused
from webapp.mail.settings import Direction
from webapp.net.problems import Problem
from webapp.storage.dispatch import refuse
from webapp.storage.models import OutgoingLetter, OutgoingState, Traffic

GIVEN_UP_AFTER = timedelta(days=5)


def give_up(session: Session, account_id: int, problem: Problem, now: datetime) -> None:
    """Refuse what has waited for days for an account that has been in trouble as long; their authors are told.

    A letter that leaves by itself weeks later surprises everybody. What waits
    for a password waits on: a person knows of it and ends it.
    """
    row = session.get(Traffic, (account_id, Direction.OUTGOING), populate_existing=True)
    too_long = now - GIVEN_UP_AFTER
    if row is None or row.trouble is None or row.trouble_since is None or row.trouble_since > too_long:
        return
    if password_refused(row.trouble) or password_refused(problem):
        return
    waiting = (OutgoingLetter.account_id == account_id, OutgoingLetter.state == OutgoingState.QUEUED)
    for letter_id in session.scalars(select(OutgoingLetter.id).where(*waiting, OutgoingLetter.queued_at <= too_long)):
        refuse(session, letter_id, problem, now)
