"""Who works at a direction of an account, and how the work ended: nothing runs twice, nothing is lost (DESIGN 8)."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session, aliased

from webapp.detection.refusals import password_refused
from webapp.mail.settings import Direction
from webapp.net.problems import Problem
from webapp.storage.base import rows_of
from webapp.storage.models import Traffic
from webapp.storage.traffic import BLUNT, MOST_AT_A_HOST, PACE, Post, host_of, is_due, of

LEASE = timedelta(seconds=60)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30))  # after each failure, then the last
TOLD_AFTER = 3  # failures in a row; a hiccup is nobody's business


def lease(session: Session, post: Post, holder: str, now: datetime) -> bool:
    """Take what is due for a minute; of all workers exactly one gets it, and of one server's never too many.

    `holder` is a name used once. From now on a `due_at` means that somebody
    wants it once more; without one, work that died is due when its lease has
    lapsed.
    """
    other = aliased(Traffic)
    same_host = host_of(other) == host_of(Traffic)
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


def stops_requested(session: Session, holders: Collection[str]) -> dict[str, bool]:
    """Return which of these still hold a lease, each with whether somebody asked to stop the work."""
    held = select(Traffic.leased_by, Traffic.stop_requested).where(Traffic.leased_by.in_(holders))
    return {str(holder): stop for holder, stop in session.execute(held)}


def tell_progress(session: Session, post: Post, holder: str, done: int, total: int) -> None:
    """Write down how far a long load is."""
    ours = update(Traffic).where(of(post), Traffic.leased_by == holder).values(done=done, total=total)
    session.execute(ours, execution_options=BLUNT)


def succeed(session: Session, post: Post, holder: str, now: datetime, due_at: datetime | None = None) -> Traffic | None:
    """End the work well; return the row if a trouble that was told is over with this, else None.

    What runs by itself is due again after its pace, everything else at
    `due_at` or when somebody wants it.
    """
    row = _held(session, post, holder)
    if row is None:
        return None
    healed = _told(row)
    row.trouble, row.trouble_since, row.failures, row.refused = None, None, 0, False
    row.worked_at = now
    _release(row, row.due_at or due_at or next_turn(row, now))
    session.flush()
    if row.account.login_refused and not _refused(session, post.account_id):
        row.account.login_refused = False
    session.flush()
    return row if healed else None


def fail(session: Session, post: Post, holder: str, now: datetime, problem: Problem) -> Traffic | None:
    """End the work with its trouble; return the row if somebody is to be told of it now.

    Temporary trouble is tried again after longer and longer pauses and switches
    nothing off; a refused login is tried once more, then waits for a new
    password (DESIGN 5.8).
    """
    row = _held(session, post, holder)
    if row is None:
        return None
    before = row.trouble is not None and password_refused(row.trouble)
    row.trouble_since = row.trouble_since or now
    if not before:
        row.trouble = problem
    if not password_refused(problem):
        row.failures += 1
        _release(row, now + PAUSES[min(row.failures, len(PAUSES)) - 1])
        news = row.failures == TOLD_AFTER
    else:
        row.trouble, row.refused, news = problem, before, before
        row.account.login_refused = row.account.login_refused or before
        _release(row, None if before else now + PAUSES[0])
    session.flush()
    return row if news else None


def give_back(session: Session, post: Post, holder: str, due_at: datetime) -> None:
    """End work that was neither done nor failed, and is to be taken up again then."""
    row = _held(session, post, holder)
    if row is not None:
        _release(row, due_at)
        session.flush()


def leave(session: Session, post: Post, holder: str, now: datetime) -> None:
    """End work that nobody wants for now: a person stopped it, or a password is missing."""
    row = _held(session, post, holder)
    if row is not None:
        _release(row, next_turn(row, now))
        session.flush()


def do_nothing(session: Session, post: Post, holder: str, now: datetime) -> None:
    """End work that had nothing to do: what made trouble is not wanted any more, but no login was proved."""
    row = _held(session, post, holder)
    if row is None:
        return
    if row.trouble is not None and not password_refused(row.trouble):
        row.trouble, row.trouble_since, row.failures = None, None, 0
    _release(row, row.due_at or next_turn(row, now))
    session.flush()


def free_dead(session: Session, is_dead: Callable[[str], bool], now: datetime) -> int:
    """Let go of what is leased by processes that have certainly ended; return how many leases."""
    holders = session.scalars(select(Traffic.leased_by).where(Traffic.leased_until > now)).all()
    dead = [holder for holder in holders if holder is not None and is_dead(holder)]
    if not dead:
        return 0
    lapsed = update(Traffic).where(Traffic.leased_by.in_(dead)).values(leased_until=now)
    return rows_of(session.execute(lapsed, execution_options=BLUNT))


def next_turn(row: Traffic, now: datetime) -> datetime | None:
    """Return when a direction is due if nobody wants it before."""
    return now + PACE if row.direction is Direction.INCOMING and row.account.automatic else None


def _told(row: Traffic) -> bool:
    return row.refused or row.failures >= TOLD_AFTER


def _refused(session: Session, account_id: int) -> bool:
    """Tell whether some direction of the account is in trouble with its login."""
    troubles = session.scalars(select(Traffic.trouble).where(Traffic.account_id == account_id))
    return any(trouble is not None and password_refused(trouble) for trouble in troubles)


def _ours(post: Post, holder: str, now: datetime) -> ColumnElement[bool]:
    return and_(of(post), Traffic.leased_by == holder, Traffic.leased_until > now)


def _held(session: Session, post: Post, holder: str) -> Traffic | None:
    """Return our row with the write lock held, None if somebody else has it by now."""
    ours = (of(post), Traffic.leased_by == holder)
    session.execute(update(Traffic).where(*ours).values(leased_by=holder), execution_options=BLUNT)
    return session.scalar(select(Traffic).where(*ours).execution_options(populate_existing=True))


def _release(row: Traffic, due_at: datetime | None) -> None:
    row.leased_by = row.leased_until = None
    row.due_at, row.stop_requested = due_at, False
    row.done = row.total = 0
