"""Where the program's letters to a person go: the address the person named, else that of an account of theirs."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from webapp.storage.models import Account, AccountKind, User


class NamedBy(StrEnum):
    """What an address for notices is taken from."""

    PERSON = "person"
    DEFAULT_ACCOUNT = "default-account"
    OWN_ACCOUNT = "own-account"


@dataclass(frozen=True)
class NoticeAddress:
    """An address for notices, and where it comes from."""

    address: str
    named_by: NamedBy


def notice_address(session: Session, user: User) -> NoticeAddress | None:
    """Return where letters to the person go, None if nobody knows."""
    if user.notice_address:
        return NoticeAddress(user.notice_address, NamedBy.PERSON)
    return address_of_accounts(session, user)


def address_of_accounts(session: Session, user: User) -> NoticeAddress | None:
    """Return the address of the person's default account, else of the first that is the person's own."""
    address = session.scalar(select(Account.address).where(Account.id == user.default_account_id, *_used(user)))
    if address:
        return NoticeAddress(address, NamedBy.DEFAULT_ACCOUNT)
    own = select(Account.address).where(Account.owner_id == user.id, *_used(user)).order_by(Account.id).limit(1)
    address = session.scalar(own)
    return NoticeAddress(address, NamedBy.OWN_ACCOUNT) if address else None


def _used(user: User) -> tuple[ColumnElement[bool], ...]:
    """Return what makes an account one whose letters the person reads; the system's is the program's own."""
    theirs = or_(Account.owner_id.is_(None), Account.owner_id == user.id)
    usable = (Account.proved_at.is_not(None), Account.for_receiving.is_(True), ~Account.frozen, ~Account.is_system)
    return (theirs, Account.kind == AccountKind.MAIL, *usable)
