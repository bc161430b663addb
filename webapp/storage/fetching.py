"""«Получить почту»: which accounts a person may have received, and what becomes of the wish."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from webapp.mail.settings import Direction
from webapp.storage.accesses import access_of
from webapp.storage.journal import record
from webapp.storage.letters import readable_by
from webapp.storage.models import Account, AccountKind, Action, Traffic, User
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, request_stop, want


class Wish(StrEnum):
    """What became of somebody's wish to receive."""

    GRANTED = "granted"
    UNDER_WAY = "under-way"  # somebody is at it already
    NEEDS_PASSWORD = "needs-password"  # noqa: S105 -- a name, not a secret
    LOGIN_REFUSED = "login-refused"  # a new password has to be typed first


def receivable(session: Session, user: User) -> Sequence[Account]:
    """Return the accounts whose letters the person reads and that receive any."""
    wanted = select(Account).where(readable_by(user), _receives()).order_by(Account.title_key, Account.id)
    return session.scalars(wanted).all()


def may_receive(session: Session, user: User, account: Account) -> bool:
    """Tell whether the person may have letters of the account received."""
    wanted = select(Account.id).where(Account.id == account.id, readable_by(user), _receives())
    return session.scalar(wanted) is not None


def receive_now(session: Session, box: SecretBox, user: User, account: Account, now: datetime) -> Wish:
    """Let the account receive at once; what is logged in to by a password of a session goes into the journal."""
    row = session.get(Traffic, (account.id, Direction.INCOMING), populate_existing=True)
    if row is not None and row.refused:
        return Wish.LOGIN_REFUSED
    if row is not None and row.leased_until is not None and row.leased_until > now:
        return Wish.UNDER_WAY
    if access_of(session, box, account, Direction.INCOMING, now) is None:
        return Wish.NEEDS_PASSWORD
    if not want(session, Post(account.id, Direction.INCOMING), now):
        return Wish.LOGIN_REFUSED
    if not account.remember_password:
        record(session, Action.ACCOUNT_USED, by=user, account=account)
    return Wish.GRANTED


def stop_receiving(session: Session, account: Account, now: datetime) -> None:
    """End a load that is under way, or that has not begun; what is here already stays."""
    request_stop(session, Post(account.id, Direction.INCOMING), now)


def _receives() -> ColumnElement[bool]:
    return and_(Account.kind == AccountKind.MAIL, Account.for_receiving, Account.proved_at.is_not(None))
