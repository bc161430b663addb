"""Saved accounts: who sees them, who may change them, what they teach about their domain."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from webapp.detection.surroundings import KnownAccount
from webapp.storage.models import Account, User
from webapp.storage.saving import AccountExists, create_account_from_run, find_duplicate

__all__ = [
    "AccountExists",
    "accounts_visible_to",
    "create_account_from_run",
    "delete_account",
    "find_duplicate",
    "get_visible",
    "known_accounts",
    "may_change",
]

KNOWN_ACCOUNTS = 20  # as many as can teach something new; a big office has hundreds alike


def accounts_visible_to(session: Session, user: User) -> Sequence[Account]:
    """Return the accounts the user may use: those for everyone first, then the user's own, by name."""
    servers = (selectinload(Account.incoming), selectinload(Account.outgoing))
    visible = select(Account).where(_visible_to(user)).options(*servers)
    return session.scalars(visible.order_by(Account.owner_id.is_not(None), Account.title, Account.id)).all()


def get_visible(session: Session, user: User, account_id: int) -> Account | None:
    """Return the account if the user may use it."""
    return session.scalar(select(Account).where(Account.id == account_id, _visible_to(user)))


def may_change(user: User, account: Account) -> bool:
    """Tell whether the user may edit or delete: an account for everyone is the administrators' (DESIGN 5.1)."""
    return user.is_admin if account.for_everyone else account.owner_id == user.id


def delete_account(session: Session, account: Account) -> None:
    """Remove the account with its servers, their secrets, and the drafts and runs that led to it."""
    incoming = account.incoming
    session.delete(account)
    session.flush()  # drafts, runs and steps follow by the database's cascade
    if incoming is not None:
        session.delete(incoming)
    session.flush()
    session.expire_all()


def known_accounts(session: Session, domain: str) -> tuple[KnownAccount, ...]:
    """Return what the office's accounts of a domain teach about its servers, the most trustworthy first."""
    of_domain = select(Account).where(Account.domain == domain).limit(KNOWN_ACCOUNTS)
    best_first = of_domain.order_by(Account.owner_id.is_not(None), Account.trusted.desc(), Account.proved_at.desc())
    return tuple(_known(account) for account in session.scalars(best_first))


def _visible_to(user: User) -> ColumnElement[bool]:
    return or_(Account.owner_id.is_(None), Account.owner_id == user.id)


def _known(account: Account) -> KnownAccount:
    servers = [server for server in (account.incoming, account.outgoing) if server is not None]
    # A server somebody accepted without a verified certificate is that person's decision, nobody else's.
    proper = not any(server.pinned_sha256 or server.plain_consented_by_id for server in servers)
    return KnownAccount(
        address=account.address,
        incoming=account.incoming.settings() if account.incoming else None,
        outgoing=account.outgoing.settings() if account.outgoing else None,
        trusted=proper and (account.for_everyone or account.trusted),
    )
