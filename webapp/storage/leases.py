"""Things only one process may do at a time: whoever holds the lease does, until it lapses."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.storage.base import rows_of
from webapp.storage.models import Lease

LEADER = "leader"  # whoever wakes what is due
LEASE = timedelta(seconds=30)


def take(session: Session, name: str, holder: str, is_dead: Callable[[str], bool], now: datetime) -> bool:
    """Take or keep a lease; nothing is written where somebody else has it and lives.

    A holder that has certainly ended is not waited for.
    """
    row = session.get(Lease, name, populate_existing=True)
    if row is None:
        return _add(session, name, holder, now)
    before = row.holder
    if before != holder and row.leased_until > now and not is_dead(before):
        return False
    same = update(Lease).where(Lease.name == name, or_(Lease.holder == before, Lease.leased_until <= now))
    taken = same.values(holder=holder, leased_until=now + LEASE)
    return rows_of(session.execute(taken, execution_options={"synchronize_session": False})) == 1


def give_back(session: Session, name: str, holder: str, now: datetime) -> None:
    """Let the next one have it."""
    ours = update(Lease).where(Lease.name == name, Lease.holder == holder).values(leased_until=now)
    session.execute(ours, execution_options={"synchronize_session": False})


def is_held(session: Session, name: str, now: datetime) -> bool:
    """Tell whether somebody has the lease."""
    row = session.get(Lease, name)
    return row is not None and row.leased_until > now


def _add(session: Session, name: str, holder: str, now: datetime) -> bool:
    try:
        with session.begin_nested():
            session.add(Lease(name=name, holder=holder, leased_until=now + LEASE))
    except IntegrityError:  # another process was quicker
        return False
    return True
