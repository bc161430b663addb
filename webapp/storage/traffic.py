"""When each direction of an account is due, who works at it, and how it stands. Rows are the truth (DESIGN 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.base import rows_of
from webapp.storage.models import Account, AccountKind, Traffic

PACE = timedelta(minutes=5)
LEASE = timedelta(seconds=60)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30))  # after each failure, then the last
BLUNT = {"synchronize_session": False}
MOST_DUE = 100  # woken at once; the rest waits for the next look


@dataclass(frozen=True)
class Post:
    """One direction of one account; what a worker is sent to."""

    account_id: int
    direction: Direction


def keep_rows(session: Session, now: datetime) -> None:
    """See to it that every direction in use has its row, due at once if it runs by itself, and no other has one."""
    accounts = session.scalars(select(Account).where(_in_use())).all()
    wanted = {
        Post(account.id, direction): account
        for account in accounts
        for direction, used in ((Direction.INCOMING, account.for_receiving), (Direction.OUTGOING, account.for_sending))
        if used
    }
    known = {Post(row.account_id, row.direction): row for row in session.scalars(select(Traffic))}
    for post in wanted.keys() - known.keys():
        by_itself = post.direction is Direction.INCOMING and wanted[post].automatic
        session.add(Traffic(account_id=post.account_id, direction=post.direction, due_at=now if by_itself else None))
    for post in known.keys() - wanted.keys():
        session.execute(delete(Traffic).where(_of(post)))
    for post in wanted.keys() & known.keys():
        row = known[post]
        idle = row.due_at is None and row.leased_until is None and not row.refused
        if idle and post.direction is Direction.INCOMING and wanted[post].automatic:
            row.due_at = now  # it was made automatic since
    session.flush()


def due(session: Session, now: datetime, limit: int = MOST_DUE) -> Sequence[Post]:
    """Return what is due and nobody works at, the longest waiting first."""
    rows = select(Traffic.account_id, Traffic.direction).where(_due(now))
    return [Post(*row) for row in session.execute(rows.order_by(Traffic.due_at).limit(limit))]


def lease(session: Session, post: Post, holder: str, now: datetime) -> bool:
    """Take what is due for a minute; of all workers exactly one gets it.

    From now on a `due_at` means that somebody wants it once more; without one,
    work that died is due when its lease has lapsed.
    """
    taken = update(Traffic).where(_of(post), _due(now))
    values = {
        "leased_by": holder,
        "leased_until": now + LEASE,
        "due_at": None,
        "stop_requested": False,
        "done": 0,
        "total": 0,
    }
    return rows_of(session.execute(taken.values(values), execution_options=BLUNT)) == 1


def renew(session: Session, post: Post, holder: str, now: datetime) -> bool:
    """Keep a lease for another minute; False: it was lost, and nothing may be written any more."""
    ours = update(Traffic).where(_ours(post, holder, now))
    return rows_of(session.execute(ours.values(leased_until=now + LEASE), execution_options=BLUNT)) == 1


def hold(session: Session, post: Post, holder: str, now: datetime) -> bool:
    """Tell whether the lease is still ours, and keep everybody else from the row until this transaction ends.

    The first statement of every transaction that writes what the work brought: it takes the write lock.
    """
    ours = update(Traffic).where(_ours(post, holder, now)).values(leased_by=holder)
    return rows_of(session.execute(ours, execution_options=BLUNT)) == 1


def tell_progress(session: Session, post: Post, holder: str, done: int, total: int) -> None:
    """Write down how far a long load is."""
    ours = update(Traffic).where(_of(post), Traffic.leased_by == holder)
    session.execute(ours.values(done=done, total=total), execution_options=BLUNT)


def succeed(session: Session, post: Post, holder: str, now: datetime, due_at: datetime | None) -> Traffic | None:
    """End the work well; return the row as it was before if a trouble is over with this, else None."""
    row = _held(session, post, holder)
    if row is None:
        return None
    healed = row.trouble is not None
    row.trouble, row.trouble_since, row.failures, row.refused = None, None, 0, False
    row.worked_at = now
    _release(row, row.due_at or due_at)
    session.flush()
    return row if healed else None


def fail(session: Session, post: Post, holder: str, now: datetime, problem: Problem) -> Traffic | None:
    """End the work with its trouble; return the row if the trouble is new, for then somebody is to be told.

    Temporary trouble is tried again after longer and longer pauses and switches
    nothing off; a refused login is tried once more, then waits for a new
    password (DESIGN 5.8).
    """
    row = _held(session, post, holder)
    if row is None:
        return None
    news = row.trouble is None
    row.failures += 1
    refused_before = row.trouble is not None and refuses_login(row.trouble)
    row.trouble, row.trouble_since = problem, row.trouble_since or now
    if refuses_login(problem) and refused_before:
        news = news or not row.refused
        row.refused = True
        _release(row, None)
    else:
        _release(row, now + PAUSES[min(row.failures, len(PAUSES)) - 1])
    session.flush()
    return row if news else None


def give_back(session: Session, post: Post, holder: str, due_at: datetime | None) -> None:
    """End work that was neither done nor failed: stopped by a person, or the program ends."""
    row = _held(session, post, holder)
    if row is not None:
        _release(row, due_at)
        session.flush()


def want(session: Session, post: Post, now: datetime) -> bool:
    """Let a direction be due now; False if its account does not use it or its login is refused."""
    row = update(Traffic).where(_of(post), Traffic.refused.is_(False))
    return rows_of(session.execute(row.values(due_at=now), execution_options=BLUNT)) == 1


def forget_trouble(session: Session, account: Account, now: datetime) -> None:
    """Let both directions of an account that was proved anew work again at once."""
    rows = update(Traffic).where(Traffic.account_id == account.id)
    values = {"refused": False, "failures": 0, "due_at": now}
    session.execute(rows.values(values), execution_options=BLUNT)


def request_stop(session: Session, post: Post) -> None:
    """Ask whoever works at it to stop; harmless to repeat."""
    session.execute(update(Traffic).where(_of(post)).values(stop_requested=True), execution_options=BLUNT)


def stops_requested(session: Session, posts: Sequence[Post]) -> set[Post]:
    """Return which of these somebody asked to stop."""
    rows = select(Traffic.account_id, Traffic.direction).where(Traffic.stop_requested)
    return {Post(*row) for row in session.execute(rows)} & set(posts)


def refuses_login(problem: Problem) -> bool:
    """Tell whether waiting cures nothing: the server judged the login and refused it."""
    return problem.kind is ProblemKind.LOGIN_REFUSED


def _in_use() -> ColumnElement[bool]:
    usable = (Account.proved_at.is_not(None), Account.frozen.is_(False), Account.locked.is_(False))
    return and_(Account.kind == AccountKind.MAIL, *usable)


def _of(post: Post) -> ColumnElement[bool]:
    return and_(Traffic.account_id == post.account_id, Traffic.direction == post.direction)


def _due(now: datetime) -> ColumnElement[bool]:
    wanted = and_(Traffic.leased_until.is_(None), Traffic.due_at <= now)
    return or_(wanted, Traffic.leased_until <= now)


def _ours(post: Post, holder: str, now: datetime) -> ColumnElement[bool]:
    return and_(_of(post), Traffic.leased_by == holder, Traffic.leased_until > now)


def _held(session: Session, post: Post, holder: str) -> Traffic | None:
    """Return our row with the write lock held, None if somebody else has it by now."""
    ours = (_of(post), Traffic.leased_by == holder)
    session.execute(update(Traffic).where(*ours).values(leased_by=holder), execution_options=BLUNT)
    return session.scalar(select(Traffic).where(*ours).execution_options(populate_existing=True))


def _release(row: Traffic, due_at: datetime | None) -> None:
    row.leased_by = row.leased_until = None
    row.due_at, row.stop_requested = due_at, False
    row.done = row.total = 0
