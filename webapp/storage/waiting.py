"""Accounts that wait for their mailbox password: locked after a reset, or frozen (DESIGN 5.3).

Until it was typed and proved nothing of them changes; they may be deleted, and
handed over with that same password.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.storage.models import Account, OutgoingServer
from webapp.storage.objections import AccountWaits


def waits(account: Account) -> bool:
    """Tell whether nothing of the account may be changed before its password was proved."""
    return account.locked or account.frozen


def check_awake(account: Account) -> None:
    """Raise `AccountWaits` if the account waits for its password."""
    if waits(account):
        raise AccountWaits(account)


def check_server_awake(session: Session, server: OutgoingServer | None) -> None:
    """Raise `AccountWaits` if nobody sends through the server but accounts that wait."""
    if server is None:
        return
    users = session.scalars(select(Account).where(Account.outgoing_id == server.id).order_by(Account.id)).all()
    if users and all(waits(user) for user in users):
        raise AccountWaits(users[0])
