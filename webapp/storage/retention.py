"""How long drafts and runs are kept: what was given up for a month, an account's history for its newest hundred."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Delete, delete, func, select
from sqlalchemy.orm import Session

from webapp.storage.base import utc_now
from webapp.storage.models import Account, Draft, DraftAim, Run
from webapp.storage.models.runs import UNFINISHED

ABANDONED_AFTER = timedelta(days=30)
HISTORY_LENGTH = 100  # of drafts, hence of checks and saves, for each account
PORTION = 500  # of drafts in one transaction, so that nobody waits long for it


def forget_old_drafts(session: Session, *, now: datetime | None = None) -> int:
    """Delete what nobody will look at any more, with its runs and steps; return how many drafts."""
    now = now or utc_now()
    return _delete(session, _abandoned(now)) + _delete(session, _beyond_history())


def _abandoned(now: datetime) -> Delete:
    given_up = (Draft.aim == DraftAim.NEW_ACCOUNT, ~Draft.saved, Draft.created_at < now - ABANDONED_AFTER)
    return delete(Draft).where(Draft.id.in_(select(Draft.id).where(*given_up, ~_going_on()).limit(PORTION)))


def _beyond_history() -> Delete:
    newest_first = func.row_number().over(partition_by=Draft.account_id, order_by=Draft.created_at.desc())
    places = select(Draft.id, newest_first.label("place")).where(Draft.account_id.is_not(None)).subquery()
    proof = select(Run.draft_id).join(Account, Account.proved_run_id == Run.id)
    old = select(Draft.id).join(places, places.c.id == Draft.id).where(places.c.place > HISTORY_LENGTH)
    kept = Draft.id.in_(proof) | _going_on()
    return delete(Draft).where(Draft.id.in_(old.where(~kept).limit(PORTION)))


def _going_on() -> ColumnElement[bool]:
    return Draft.id.in_(select(Run.draft_id).where(Run.state.in_(UNFINISHED)))


def _delete(session: Session, old: Delete) -> int:
    deleted = session.execute(old, execution_options={"synchronize_session": False})
    return deleted.rowcount if isinstance(deleted, CursorResult) else 0
