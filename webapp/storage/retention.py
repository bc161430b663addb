"""How long drafts and runs are kept: what was given up for a month, an account's history for its newest hundred."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, func, select
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
    old = [*session.scalars(_abandoned(now)), *session.scalars(_beyond_history())]
    if old:
        session.execute(delete(Draft).where(Draft.id.in_(old)), execution_options={"synchronize_session": False})
    return len(old)


def _abandoned(now: datetime) -> Select[str]:
    given_up = (Draft.aim == DraftAim.NEW_ACCOUNT, ~Draft.saved, Draft.created_at < now - ABANDONED_AFTER)
    return select(Draft.id).where(*given_up, ~_going_on()).limit(PORTION)


def _beyond_history() -> Select[str]:
    newest_first = func.row_number().over(partition_by=Draft.account_id, order_by=Draft.created_at.desc())
    proof = select(Run.draft_id).join(Account, Account.proved_run_id == Run.id)
    needed = Draft.id.in_(proof) | _going_on()
    numbered = select(Draft.id, newest_first.label("place"), needed.label("needed"))
    places = numbered.where(Draft.account_id.is_not(None)).subquery()
    return select(places.c.id).where(places.c.place > HISTORY_LENGTH, ~places.c.needed).limit(PORTION)


def _going_on() -> ColumnElement[bool]:
    return Draft.id.in_(select(Run.draft_id).where(Run.state.in_(UNFINISHED)))
