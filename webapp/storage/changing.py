"""Changes of an account that touch no server: they save at once, unless somebody else was quicker."""

from sqlalchemy.orm import Session

from webapp.storage.models import User


def freeze_accounts_of(session: Session, user: User, by: User | None) -> None:
    """Freeze the accounts of somebody who has left."""


def lock_accounts_of(session: Session, user: User, by: User | None) -> None:
    """Lock the accounts of somebody whose sign-in password was reset."""
