"""What happened to an account: the checks that came to an end, and who changed it last."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.storage.models import Account, Action, Draft, JournalEntry, Run, RunPurpose, RunState

CHANGES = (
    Action.ACCOUNT_ADDED,
    Action.ACCOUNT_CHANGED,
    Action.ACCOUNT_HANDED_OVER,
    Action.ACCOUNT_FROZEN,
    Action.ACCOUNT_UNFROZEN,
    Action.ACCOUNT_LOCKED,
    Action.PASSWORD_REPLACED,
    Action.PASSWORD_FORGOTTEN,
)


def checks_of(session: Session, account: Account, limit: int = 50) -> Sequence[Run]:
    """Return the runs that logged in with the account or tried to, the newest first, each with its person."""
    over = Run.state.in_((RunState.FINISHED, RunState.INTERRUPTED))
    # Not the set-ups that only found out that the account exists: their drafts are about none.
    about = (Run.purpose == RunPurpose.CHECK) | ((Run.purpose == RunPurpose.SAVE) & (Draft.account_id == account.id))
    runs = select(Run).join(Draft, Draft.id == Run.draft_id).where(Run.account_id == account.id, about, over)
    newest_first = runs.order_by(Run.finished_at.desc(), Run.id).limit(limit)
    return session.scalars(newest_first.options(joinedload(Run.user))).all()


def last_change(session: Session, account: Account) -> JournalEntry | None:
    """Return the journal's newest line of a change of the account."""
    lines = select(JournalEntry).where(JournalEntry.account_id == account.id, JournalEntry.action.in_(CHANGES))
    return session.scalar(lines.order_by(JournalEntry.id.desc()).limit(1))
