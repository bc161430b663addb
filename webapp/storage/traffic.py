"""Which direction of which account is due, and what lets one be due. Rows are the truth (DESIGN 8)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import AliasedClass

from webapp.mail.settings import Direction
from webapp.net.problems import ProblemKind
from webapp.storage.base import rows_of
from webapp.storage.models import (
    Account,
    AccountKind,
    IncomingServer,
    OutgoingLetter,
    OutgoingServer,
    OutgoingState,
    Traffic,
)
from webapp.storage.troubles import troubles_ended

PACE = timedelta(minutes=5)
BLUNT = {"synchronize_session": False}
MOST_DUE = 100  # woken at once; the rest waits for the next look
MOST_AT_A_HOST = 3  # pieces of work in each direction; providers count connections
BOTH = (Direction.INCOMING, Direction.OUTGOING)


@dataclass(frozen=True)
class Post:
    """One direction of one account; what a worker is sent to."""

    account_id: int
    direction: Direction


def keep_rows(session: Session, now: datetime, account: Account | None = None) -> None:
    """See to it that every direction in use has its row, and no other has one.

    A new one is due at once if it runs by itself, or letters wait for it. With an account only its
    rows. Call it in a transaction that has written already: then no two
    processes add the same row.
    """
    wanted = _posts_in_use(session, account)
    rows = select(Traffic.account_id, Traffic.direction)
    if account is not None:
        rows = rows.where(Traffic.account_id == account.id)
    known = {Post(account_id, direction) for account_id, direction in session.execute(rows)}
    for post in wanted.keys() - known:
        due_at = now if wanted[post] or _letters_wait(session, post) else None
        session.add(Traffic(account_id=post.account_id, direction=post.direction, due_at=due_at))
    for post in known - wanted.keys():
        session.execute(delete(Traffic).where(of(post)), execution_options=BLUNT)
    session.flush()
    idle = (Traffic.due_at.is_(None), Traffic.leased_until.is_(None), Traffic.refused.is_(False))
    by_itself = (Traffic.direction == Direction.INCOMING, Traffic.account_id.in_(_automatic(account)))
    session.execute(update(Traffic).where(*idle, *by_itself).values(due_at=now), execution_options=BLUNT)


def due(session: Session, now: datetime, limit: int = MOST_DUE) -> Sequence[Post]:
    """Return what is due and nobody works at, of each server no more than it is to bear in each direction.

    What leaves comes first, then what has waited longest.
    """
    host, direction = host_of(Traffic), Traffic.direction
    leased = select(direction, host.label("host"), func.count().label("busy")).where(Traffic.leased_until > now)
    busy = leased.group_by(direction, "host").subquery()
    place = func.row_number().over(partition_by=(direction, host), order_by=(Traffic.due_at, Traffic.account_id))
    columns = (Traffic.account_id, direction, Traffic.due_at, host.label("host"), place.label("place"))
    waiting = select(*columns).where(is_due(now)).subquery()
    same = and_(busy.c.host == waiting.c.host, busy.c.direction == waiting.c.direction)
    found = select(waiting.c.account_id, waiting.c.direction).outerjoin(busy, same)
    turn = found.where(waiting.c.place <= MOST_AT_A_HOST - func.coalesce(busy.c.busy, 0))
    order = (waiting.c.direction == Direction.INCOMING, waiting.c.due_at)
    return [Post(*row) for row in session.execute(turn.order_by(*order).limit(limit))]


def overdue(session: Session, since: datetime) -> int:
    """Return how many directions have been due since then, and nobody worked at them."""
    return session.scalar(select(func.count()).select_from(Traffic).where(is_due(since))) or 0


def want(session: Session, post: Post, now: datetime) -> bool:
    """Let a direction be due now; False if its account does not use it or its login is refused."""
    row = update(Traffic).where(of(post), Traffic.refused.is_(False)).values(due_at=now)
    if rows_of(session.execute(row, execution_options=BLUNT)):
        return True
    account = session.get(Account, post.account_id)
    if account is None:
        return False
    keep_rows(session, now, account)  # its use may be new
    return rows_of(session.execute(row, execution_options=BLUNT)) == 1


def login_refused(session: Session, account_id: int) -> bool:
    """Tell whether a server refused the password when the account was last tried, in either direction."""
    troubles = session.scalars(select(Traffic.trouble).where(Traffic.account_id == account_id))
    return any(trouble is not None and trouble.kind is ProblemKind.LOGIN_REFUSED for trouble in troubles)


def forget_trouble(session: Session, account: Account, now: datetime, directions: Collection[Direction] = BOTH) -> None:
    """Let directions that were proved anew work again at once; call it whenever a server has just let us in."""
    session.flush()
    keep_rows(session, now, account)
    proved = (Traffic.account_id == account.id, Traffic.direction.in_(directions))
    healed = session.scalars(select(Traffic.direction).where(*proved, Traffic.trouble.is_not(None))).all()
    troubles_ended(session, account.id, healed, now)
    rows = update(Traffic).where(*proved)
    values = {"trouble": None, "trouble_since": None, "refused": False, "failures": 0, "due_at": now}
    session.execute(rows.values(values), execution_options=BLUNT)


def forget_refusals(session: Session, account: Account) -> None:
    """Let directions wait for a new password in peace: what was refused is gone."""
    rows = update(Traffic).where(Traffic.account_id == account.id)
    values = {"trouble": None, "trouble_since": None, "refused": False, "failures": 0, "due_at": None}
    session.execute(rows.values(values), execution_options=BLUNT)


def rest(session: Session, account: Account) -> None:
    """Let an account that no longer runs by itself wait until somebody wants it."""
    rows = update(Traffic).where(Traffic.account_id == account.id, Traffic.direction == Direction.INCOMING)
    session.execute(rows.where(Traffic.leased_until.is_(None)).values(due_at=None), execution_options=BLUNT)


def request_stop(session: Session, post: Post, now: datetime) -> None:
    """Ask whoever works at it to stop, and let what has not begun wait for its next turn; harmless to repeat."""
    row = update(Traffic).where(of(post))
    session.execute(row.values(stop_requested=True), execution_options=BLUNT)
    by_itself = Traffic.account_id.in_(_automatic(None)) & (Traffic.direction == Direction.INCOMING)
    next_turn = case((by_itself, now + PACE), else_=None)
    waits = row.where(Traffic.leased_until.is_(None), Traffic.due_at <= now)
    session.execute(waits.values(due_at=next_turn, stop_requested=False), execution_options=BLUNT)


def of(post: Post) -> ColumnElement[bool]:
    """Return the condition that a row is the post's."""
    return and_(Traffic.account_id == post.account_id, Traffic.direction == post.direction)


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a row waits for somebody to work at it; a lapsed lease is due by itself."""
    wanted = and_(Traffic.leased_until.is_(None), Traffic.due_at <= now)
    return or_(wanted, Traffic.leased_until <= now)


def host_of(traffic: type[Traffic] | AliasedClass[Traffic]) -> ColumnElement[str]:
    """Return the server a row's work goes to."""
    incoming = select(IncomingServer.host).join(Account, Account.incoming_id == IncomingServer.id)
    outgoing = select(OutgoingServer.host).join(Account, Account.outgoing_id == OutgoingServer.id)
    mine = Account.id == traffic.account_id
    return case(
        (traffic.direction == Direction.INCOMING, incoming.where(mine).correlate(traffic).scalar_subquery()),
        else_=outgoing.where(mine).correlate(traffic).scalar_subquery(),
    )


def _posts_in_use(session: Session, account: Account | None) -> dict[Post, bool]:
    """Return every direction in use, and whether it runs by itself."""
    columns = (Account.id, Account.automatic)
    receives = and_(Account.for_receiving, Account.incoming_id.is_not(None))
    sends = and_(Account.for_sending, Account.outgoing_id.is_not(None))
    usable = (Account.proved_at.is_not(None), Account.frozen.is_(False), Account.locked.is_(False))
    rows = select(*columns, receives, sends).where(Account.kind == AccountKind.MAIL, *usable)
    if account is not None:
        rows = rows.where(Account.id == account.id)
    posts: dict[Post, bool] = {}
    for account_id, automatic, receiving, sending in session.execute(rows):
        if receiving:
            posts[Post(account_id, Direction.INCOMING)] = automatic
        if sending:
            posts[Post(account_id, Direction.OUTGOING)] = False
    return posts


def _letters_wait(session: Session, post: Post) -> bool:
    waiting = exists().where(OutgoingLetter.account_id == post.account_id, OutgoingLetter.state == OutgoingState.QUEUED)
    return post.direction is Direction.OUTGOING and bool(session.scalar(select(waiting)))


def _automatic(account: Account | None) -> Select[int]:
    automatic = select(Account.id).where(Account.automatic)
    return automatic if account is None else automatic.where(Account.id == account.id)
