"""The list of outgoing servers, page by page: in as many queries for a large office as for a small one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.net.domains import to_unicode
from webapp.storage.folding import fold
from webapp.storage.models import Account, AccountKind, OutgoingServer, User
from webapp.storage.pages import PER_PAGE, Page, within

SHOWN_USERS = 5  # a server of the whole office would otherwise fill the page alone
PROVES: ColumnElement[bool] = and_(
    Account.kind == AccountKind.MAIL, Account.proved_at.is_not(None), ~Account.frozen, ~Account.locked
)


@dataclass(frozen=True)
class OutgoingUse:
    """An outgoing server, the first of the accounts that send through it, and how many more there are.

    `prover_id` is an account that may send the trial letter of a change: one
    that sends through it, else any of the same owner.
    """

    server: OutgoingServer
    accounts: tuple[Account, ...] = ()
    more: int = 0
    prover_id: int | None = None


def list_outgoing(
    session: Session, user: User, q: str = "", page: int = 1, *, per_page: int = PER_PAGE
) -> Page[OutgoingUse]:
    """Return the user's own servers, then those of accounts for everyone, narrowed to those that hold every word."""
    ids = _found(session, user, q)
    page = within(page, len(ids), per_page)
    shown = ids[(page - 1) * per_page : page * per_page]
    servers = {row.id: row for row in session.scalars(select(OutgoingServer).where(OutgoingServer.id.in_(shown)))}
    uses = _uses(session, [servers[number] for number in shown], provers_of(session, user))
    return Page(tuple(uses), len(ids), page, per_page)


def provers_of(session: Session, user: User) -> dict[int | None, int]:
    """Return for the user (by id) and for everyone (None) an account that may prove a server no account uses."""
    owners = or_(Account.owner_id.is_(None), Account.owner_id == user.id)
    first = select(Account.owner_id, func.min(Account.id)).where(owners, PROVES).group_by(Account.owner_id)
    return {owner_id: account_id for owner_id, account_id in session.execute(first)}


def _found(session: Session, user: User, q: str) -> list[int]:
    visible = or_(OutgoingServer.owner_id.is_(None), OutgoingServer.owner_id == user.id)
    columns = (OutgoingServer.id, OutgoingServer.description, OutgoingServer.host, OutgoingServer.username)
    order = (OutgoingServer.owner_id.is_(None), OutgoingServer.is_default.desc(), OutgoingServer.id)
    words = fold(q).split()
    rows = session.execute(select(*columns).where(visible).order_by(*order))
    return [row.id for row in rows if not words or _holds(row, words)]


def _holds(row: Row[int, str, str, str | None], words: Sequence[str]) -> bool:
    # Here and not in the database: SQLite's lower() knows no Cyrillic, and an office has hundreds of servers.
    text = fold(f"{row.description} {row.host} {to_unicode(row.host)} {row.username or ''}")
    return all(word in text for word in words)


def _uses(session: Session, servers: Sequence[OutgoingServer], provers: dict[int | None, int]) -> Iterable[OutgoingUse]:
    ids = [server.id for server in servers]
    counted = _counted(session, ids)
    first = _first_users(session, ids)
    for server in servers:
        users, prover_id = counted.get(server.id, (0, None))
        accounts = tuple(first[server.id])
        yield OutgoingUse(server, accounts, users - len(accounts), prover_id or provers.get(server.owner_id))


def _counted(session: Session, ids: Sequence[int]) -> dict[int | None, tuple[int, int | None]]:
    """Return for each server how many accounts send through it, and one of them that may prove a change."""
    prover = func.min(Account.id).filter(PROVES)
    rows = select(Account.outgoing_id, func.count(), prover).where(Account.outgoing_id.in_(ids))
    return {server_id: (users, proves) for server_id, users, proves in session.execute(rows.group_by("outgoing_id"))}


def _first_users(session: Session, ids: Sequence[int]) -> defaultdict[int | None, list[Account]]:
    order = (Account.is_system.desc(), Account.title_key, Account.id)
    place = func.row_number().over(partition_by=Account.outgoing_id, order_by=order).label("place")
    placed = select(Account.id, place).where(Account.outgoing_id.in_(ids)).subquery()
    first = select(Account).join(placed, placed.c.id == Account.id).where(placed.c.place <= SHOWN_USERS)
    users: defaultdict[int | None, list[Account]] = defaultdict(list)
    for account in session.scalars(first.order_by(*order)):
        users[account.outgoing_id].append(account)
    return users
