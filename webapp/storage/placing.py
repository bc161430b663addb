"""Which outgoing server an account has after a proof: shared where it is the same, never changed for others."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.mail.settings import Direction, ServerSettings
from webapp.storage.models import Account, OutgoingServer
from webapp.storage.outgoing_servers import (
    drop_unused,
    find_same,
    forget_unless_remembered,
    is_at,
    settle_default,
)
from webapp.storage.proofs import Proof, write_secret, write_server


def place_outgoing(session: Session, proof: Proof, account: Account, owner_id: int | None) -> None:
    """Give the account the outgoing server that was proved, of its owner-to-be; its own fields are written already."""
    current = account.outgoing
    row = _row_for(session, proof, account, owner_id) or OutgoingServer(owner_id=owner_id)
    known, moved = row.id is not None, row.owner_id != owner_id
    elsewhere = known and not is_at(row, proof.servers[Direction.OUTGOING].settings)
    write_server(row, proof, Direction.OUTGOING)
    remember = account.remember_password or _others_remember(session, row, account)
    write_secret(row, proof, Direction.OUTGOING, remember=remember)
    if elsewhere:
        row.version += 1
    if not known and current is not None and current.owner_id != owner_id:
        row.description = current.description  # a copy for whoever gets the account
    if moved:
        _move(session, row, owner_id)
    session.add(row)
    account.outgoing = row
    session.flush()
    settle_default(session, owner_id)
    if current is not None and current is not row:
        leave_server(session, current, owner_id)


def leave_outgoing(session: Session, account: Account, owner_id: int | None) -> None:
    """Hand the outgoing server of an account over that does not send: without its secret, or not at all if shared."""
    row = account.outgoing
    if row is None or row.owner_id == owner_id:
        return
    if _others_use(session, row, account):
        account.outgoing = None
        session.flush()
        forget_unless_remembered(session, row)
    else:
        row.secret = None
        _move(session, row, owner_id)
    session.flush()


def leave_server(session: Session, row: OutgoingServer, owner_id: int | None) -> None:
    """Let a server go that the account of this owner has just left: what was handed over does not stay behind."""
    if row.owner_id != owner_id:
        drop_unused(session, row)
    else:
        forget_unless_remembered(session, row)


def _row_for(session: Session, proof: Proof, account: Account, owner_id: int | None) -> OutgoingServer | None:
    """Return the row to write the proof into; None = a new one."""
    settings, current = proof.servers[Direction.OUTGOING].settings, account.outgoing
    same = _same(session, proof, account, owner_id, settings)
    if same is not None:
        return same
    if current is None or _others_use(session, current, account):
        return None
    chosen_another = proof.draft.outgoing_id not in (None, current.id)
    return None if chosen_another else current


def _same(
    session: Session, proof: Proof, account: Account, owner_id: int | None, settings: ServerSettings
) -> OutgoingServer | None:
    for row in (proof.draft.outgoing, account.outgoing):
        if row is not None and row.owner_id == owner_id and is_at(row, settings):
            return row
    return find_same(session, owner_id, settings)


def _move(session: Session, row: OutgoingServer, owner_id: int | None) -> None:
    """Give a server to another owner; each of the two has one default afterwards."""
    old_owner_id, row.is_default = row.owner_id, False
    row.owner_id = owner_id
    session.flush()
    settle_default(session, old_owner_id)
    settle_default(session, owner_id)


def _others_use(session: Session, row: OutgoingServer, account: Account) -> bool:
    others = select(Account.id).where(Account.outgoing_id == row.id, Account.id != account.id)
    return session.scalar(others.limit(1)) is not None


def _others_remember(session: Session, row: OutgoingServer, account: Account) -> bool:
    if row.id is None:
        return False
    others = select(Account.id).where(Account.outgoing_id == row.id, Account.remember_password)
    return session.scalar(others.where(Account.id != account.id).limit(1)) is not None
