"""Saved accounts: who sees them, who may change them, how they are found, what they teach about their domain."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from webapp.detection.consent import says_something_plainly
from webapp.detection.surroundings import KnownAccount
from webapp.detection.types import Entered
from webapp.mail.settings import ServerSettings
from webapp.storage.folding import fold
from webapp.storage.journal import record
from webapp.storage.models import Account, AccountKind, Action, IncomingServer, OutgoingServer, User
from webapp.storage.objections import AccountExists, NotAllowed, SystemAccountStays
from webapp.storage.outgoing_servers import drop_unused

__all__ = [
    "AccountExists",
    "NotAllowed",
    "SystemAccountStays",
    "accounts_visible_to",
    "address_key",
    "default_account",
    "delete_account",
    "find_by_key",
    "find_duplicate",
    "get_visible",
    "known_accounts",
    "make_default",
    "may_change",
    "may_send_as",
    "news_key",
    "system_account",
]

KNOWN_ACCOUNTS = 20  # as many as can teach something new; a big office has hundreds alike
LONGEST_KEY = 320
NOBODYS_DEFAULT = 0  # no account has this id


def accounts_visible_to(session: Session, user: User, q: str = "", limit: int | None = None) -> Sequence[Account]:
    """Return the accounts the user may use: the system's, the user's default, those for everyone, the user's own."""
    wanted = _with_servers(select(Account).where(_visible_to(user)))
    for word in fold(q).split():
        wanted = wanted.where(Account.search_key.contains(word, autoescape=True))
    chosen = Account.id == (user.default_account_id or NOBODYS_DEFAULT)
    order = (Account.is_system.desc(), chosen.desc(), Account.owner_id.is_not(None), Account.title_key, Account.id)
    return session.scalars(wanted.order_by(*order).limit(limit)).all()


def get_visible(session: Session, user: User, account_id: int) -> Account | None:
    """Return the account if the user may use it."""
    return session.scalar(_with_servers(select(Account).where(Account.id == account_id, _visible_to(user))))


def may_change(user: User, account: Account) -> bool:
    """Tell whether the user may edit or delete: an account for everyone is the administrators' (DESIGN 5.1)."""
    return user.is_admin if account.for_everyone else account.owner_id == user.id


def may_send_as(user: User, account: Account) -> bool:
    """Tell whether the person may send letters in the account's name; with the system's only if people may."""
    if not account.for_sending or account.outgoing_id is None or account.proved_at is None:
        return False
    if account.frozen or account.locked:
        return False
    if account.is_system:
        return account.people_may_send
    return account.for_everyone or account.owner_id == user.id


def system_account(session: Session) -> Account:
    """Return the account the program itself sends with; it exists from the start."""
    return session.scalars(_with_servers(select(Account).where(Account.is_system))).one()


def default_account(session: Session, user: User) -> Account | None:
    """Return the account the person chose as default, if there is one and the person may still use it."""
    if user.default_account_id is None:
        return None
    return get_visible(session, user, user.default_account_id)


def make_default(session: Session, user: User, account: Account) -> None:
    """Let the person's lists begin with the account; raises `NotAllowed` for one the person may not use."""
    if not account.for_everyone and account.owner_id != user.id:
        raise NotAllowed("this account is somebody else's")
    user.default_account_id = account.id
    session.flush()


def find_duplicate(session: Session, address: str, owner_id: int | None) -> Account | None:
    """Return the owner's mail account of the same address; owner None is everyone."""
    return find_by_key(session, address_key(address), owner_id)


def find_by_key(session: Session, key: str, owner_id: int | None) -> Account | None:
    """Return the owner's account of this key."""
    same = select(Account).where(Account.address_key == key)
    return session.scalar(same.where(Account.owner_id.is_not_distinct_from(owner_id)))


def address_key(address: str) -> str:
    """Return the form in which two spellings of one address are equal."""
    return f"{address.rpartition('@')[0].casefold()}@{Entered(address).domain}"


def news_key(server: ServerSettings) -> str:
    """Return what is once only among an owner's accounts on news servers: the address is only the author's."""
    key = f"news|{server.host}|{server.port}|{server.username or ''}"
    return key if len(key) <= LONGEST_KEY else f"news|{hashlib.sha256(key.encode()).hexdigest()}"


def delete_account(session: Session, account: Account, by: User | None) -> None:
    """Remove the account with its drafts, runs and secrets, and its outgoing server unless another account uses it."""
    if account.is_system:
        raise SystemAccountStays
    record(session, Action.ACCOUNT_REMOVED, by=by, account=account)
    incoming, outgoing = account.incoming, account.outgoing
    session.delete(account)
    session.flush()  # drafts, runs and steps follow by the database's cascade
    if incoming is not None:
        session.delete(incoming)
    if outgoing is not None:
        drop_unused(session, outgoing)
    session.flush()
    session.expire_all()


def known_accounts(session: Session, domain: str) -> tuple[KnownAccount, ...]:
    """Return what the office's mail accounts of a domain teach about its servers, the most trustworthy first."""
    of_domain = select(Account).where(Account.domain == domain, Account.kind == AccountKind.MAIL)
    best_first = of_domain.order_by(Account.owner_id.is_not(None), Account.trusted.desc(), Account.proved_at.desc())
    proved = best_first.where(Account.proved_at.is_not(None)).limit(KNOWN_ACCOUNTS)
    return tuple(_known(account) for account in session.scalars(_with_servers(proved)))


def _visible_to(user: User) -> ColumnElement[bool]:
    return or_(Account.owner_id.is_(None), Account.owner_id == user.id)


def _with_servers(accounts: Select[Account]) -> Select[Account]:
    return accounts.options(joinedload(Account.incoming), joinedload(Account.outgoing), joinedload(Account.owner))


def _known(account: Account) -> KnownAccount:
    servers: list[IncomingServer | OutgoingServer] = [
        server for server in (account.incoming, account.outgoing) if server is not None
    ]
    # A server somebody accepted without a verified certificate is that person's decision, nobody else's.
    proper = not any(server.pinned_sha256 or says_something_plainly(server.settings()) for server in servers)
    return KnownAccount(
        address=account.address,
        incoming=account.incoming.settings() if account.incoming else None,
        outgoing=account.outgoing.settings() if account.outgoing else None,
        trusted=proper and (account.for_everyone or account.trusted),
    )
