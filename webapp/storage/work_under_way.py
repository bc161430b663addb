"""What a person has begun and not finished, ended from outside: they may not go on, or may not be who they were."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.storage.models import Draft, Run, User
from webapp.storage.models.runs import UNFINISHED
from webapp.storage.runs import request_stop


def end_work_of(session: Session, user: User) -> None:
    """Stop the person's runs and wipe the mailbox passwords typed in their drafts.

    A draft's password may go to whatever server its person types next (DESIGN
    5.3), so it must not wait for somebody else at that person's desk.
    """
    for run in session.scalars(select(Run).where(Run.user_id == user.id, Run.state.in_(UNFINISHED))).all():
        request_stop(session, run)
    typed = update(Draft).where(Draft.user_id == user.id, Draft.secret.is_not(None))
    session.execute(typed.values(secret=None, secret_expires_at=None))
