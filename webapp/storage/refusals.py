"""Refused logins as rows, so that the pause after three of them outlives runs and restarts (DESIGN 5.1)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.detection.refusals import PAUSE
from webapp.storage.models import LoginRefusal

MEMORY = 2 * PAUSE  # three refusals within one pause, the last of them less than a pause ago


def recent_refusals(session: Session, now: datetime) -> list[tuple[str, datetime]]:
    """Return every refusal that may still matter, oldest first."""
    recent = select(LoginRefusal.mailbox, LoginRefusal.refused_at).where(LoginRefusal.refused_at > now - MEMORY)
    return [(mailbox, refused_at) for mailbox, refused_at in session.execute(recent.order_by(LoginRefusal.refused_at))]


def store_refusals(session: Session, refusals: Iterable[tuple[str, datetime]]) -> None:
    """Write refusals down."""
    session.add_all(LoginRefusal(mailbox=mailbox, refused_at=refused_at) for mailbox, refused_at in refusals)
    session.flush()


def forget_old_refusals(session: Session, now: datetime) -> None:
    """Delete what no longer matters."""
    old = LoginRefusal.refused_at <= now - MEMORY
    if session.scalar(select(LoginRefusal.id).where(old).limit(1)) is not None:
        session.execute(delete(LoginRefusal).where(old))
