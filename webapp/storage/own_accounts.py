"""The accounts that are one person's alone: what is frozen when the person leaves, and locked after a reset."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.storage.models import Account, User


def own_accounts(session: Session, user: User) -> Sequence[Account]:
    """Return the person's own accounts, by name; those for everyone are nobody's own."""
    mine = select(Account).where(Account.owner_id == user.id)
    return session.scalars(mine.order_by(Account.title_key, Account.id)).all()
