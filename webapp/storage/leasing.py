"""Who works at a direction of an account: nothing runs twice, nothing is lost (DESIGN 8). How it ends: `endings`."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session, aliased

from webapp.storage.base import rows_of
from webapp.storage.models import Traffic
from webapp.storage.traffic import BLUNT, MOST_AT_A_HOST, Post, host_of, is_due, of

LEASE = timedelta(seconds=60)


def lease(session: Session, post: Post, holder: str, now: datetime) -> bool:
    """Take what is due for a minute; of all workers exactly one gets it, and of one server's never too many.

    `holder` is a name used once. From now on a `due_at` means that somebody
    wants it once more; without one, work that died is due when its lease has
    lapsed.
    """
    other = aliased(Traffic)
    same_host = and_(other.direction == Traffic.direction, host_of(other) == host_of(Traffic))
    busy = select(func.count()).select_from(other).where(other.leased_until > now, same_host)
    free = busy.correlate(Traffic).scalar_subquery() < MOST_AT_A_HOST
    values = {
        "leased_by": holder,
        "leased_until": now + LEASE,
        "due_at": None,
        "stop_requested": False,
        "done": 0,
        "total": 0,
    }
    taken = update(Traffic).where(of(post), is_due(now), free).values(values)
    return rows_of(session.execute(taken, execution_options=BLUNT)) == 1


def renew(session: Session, post: Post, holder: str, now: datetime) -> bool:
    """Keep a lease for another minute; False: it was lost, and nothing may be written any more."""
    ours = update(Traffic).where(_ours(post, holder, now)).values(leased_until=now + LEASE)
    return rows_of(session.execute(ours, execution_options=BLUNT)) == 1


def hold(session: Session, post: Post, holder: str, now: datetime) -> bool:
    """Tell whether the lease is still ours, and keep everybody else from the row until this transaction ends.

    The first statement of every transaction that writes what the work brought: it takes the write lock.
    """
    ours = update(Traffic).where(_ours(post, holder, now)).values(leased_by=holder)
    return rows_of(session.execute(ours, execution_options=BLUNT)) == 1


def take_away(session: Session, post: Post, now: datetime) -> None:
    """Let whoever works at it lose it, and have it done anew: it was begun under what holds no more."""
    leased = update(Traffic).where(of(post), Traffic.leased_until.is_not(None))
    values = {"leased_by": None, "leased_until": None, "due_at": now}
    session.execute(leased.values(values), execution_options=BLUNT)


def stops_requested(session: Session, holders: Collection[str]) -> dict[str, bool]:
    """Return which of these still hold a lease, each with whether somebody asked to stop the work."""
    held = select(Traffic.leased_by, Traffic.stop_requested).where(Traffic.leased_by.in_(holders))
    return {str(holder): stop for holder, stop in session.execute(held)}


def tell_progress(session: Session, post: Post, holder: str, done: int, total: int) -> None:
    """Write down how far a long load is."""
    ours = update(Traffic).where(of(post), Traffic.leased_by == holder).values(done=done, total=total)
    session.execute(ours, execution_options=BLUNT)


def free_dead(session: Session, is_dead: Callable[[str], bool], now: datetime) -> int:
    """Let go of what is leased by processes that have certainly ended; return how many leases."""
    holders = session.scalars(select(Traffic.leased_by).where(Traffic.leased_until > now)).all()
    dead = [holder for holder in holders if holder is not None and is_dead(holder)]
    if not dead:
        return 0
    lapsed = update(Traffic).where(Traffic.leased_by.in_(dead)).values(leased_until=now)
    return rows_of(session.execute(lapsed, execution_options=BLUNT))


def _ours(post: Post, holder: str, now: datetime) -> ColumnElement[bool]:
    return and_(of(post), Traffic.leased_by == holder, Traffic.leased_until > now)
