"""One change after another: who began with values that are no longer the newest is told, and nothing is overwritten."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.storage.base import rows_of
from webapp.storage.history import last_change
from webapp.storage.models import Account, OutgoingServer
from webapp.storage.objections import AccountChanged, OutgoingServerChanged


def take_turn(session: Session, account: Account, version: int | None) -> None:
    """Make the account's next version ours; raises `AccountChanged` if `version` is not the newest."""
    ours = update(Account).where(Account.id == account.id, Account.version == version)
    taken = session.execute(ours.values(version=Account.version + 1), execution_options={"synchronize_session": False})
    session.refresh(account)
    if not rows_of(taken):
        raise changed_meanwhile(session, account)


def take_turn_at(session: Session, server: OutgoingServer, version: int | None) -> None:
    """Make the outgoing server's next version ours; raises `OutgoingServerChanged` if `version` is not the newest."""
    ours = update(OutgoingServer).where(OutgoingServer.id == server.id, OutgoingServer.version == version)
    moved = ours.values(version=OutgoingServer.version + 1)
    taken = session.execute(moved, execution_options={"synchronize_session": False})
    session.refresh(server)
    if not rows_of(taken):
        raise OutgoingServerChanged(server)


def touch_users(session: Session, server: OutgoingServer) -> None:
    """Let whoever is changing an account that sends through this server notice."""
    users = update(Account).where(Account.outgoing_id == server.id).values(version=Account.version + 1)
    session.execute(users, execution_options={"synchronize_session": "fetch"})


def changed_meanwhile(session: Session, account: Account) -> AccountChanged:
    """Return the objection, with who was quicker."""
    line = last_change(session, account)
    return AccountChanged(account, line.user_name or None if line else None, line.at if line else None)
