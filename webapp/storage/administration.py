"""Accounts of whomever, for administrators; what may be shown of them is for `webapp.web` to keep."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.storage.models import Account, AccountState, User

MOST_AT_ONCE = 200


def any_account(session: Session, account_id: int) -> Account | None:
    """Return an account whosever it is."""
    return session.scalar(select(Account).where(Account.id == account_id).options(joinedload(Account.owner)))


def accounts_of_numbers(session: Session, account_ids: Iterable[int]) -> Sequence[Account]:
    """Return the accounts of these numbers there are, by name."""
    wanted = select(Account).where(Account.id.in_(list(account_ids)[:MOST_AT_ONCE]))
    ordered = wanted.order_by(Account.is_system.desc(), Account.title_key, Account.id)
    return session.scalars(ordered.options(joinedload(Account.owner))).all()


def people_to_own(session: Session, account: Account) -> Sequence[User]:
    """Return everybody who may be given the account, by name: all who can sign in but its owner."""
    able = select(User).where(~User.disabled)
    if account.owner_id is not None:
        able = able.where(User.id != account.owner_id)
    return session.scalars(able.order_by(User.display_key, User.id)).all()


def system_state(session: Session) -> AccountState | None:
    """Return the state of the system account."""
    return session.scalar(select(Account.state).where(Account.is_system))
