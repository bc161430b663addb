"""The administrators' list of accounts: sorted, narrowed, page by page, in two queries whatever the number of rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from webapp.storage.folding import fold
from webapp.storage.models import Account, AccountKind, AccountState, User
from webapp.storage.pages import PER_PAGE, Page, within


class SortKey(StrEnum):
    """The columns one can sort by."""

    TITLE = "title"
    SENDER = "sender"
    ADDRESS = "address"
    FOR_WHOM = "for_whom"
    STATE = "state"
    CHECKED = "checked"


class Use(StrEnum):
    """What an account is used for, as the list can be narrowed."""

    SENDING = "sending"
    RECEIVING = "receiving"
    AUTOMATIC = "automatic"
    NONE = "none"


@dataclass(frozen=True)
class ListQuery:
    """What part of the list is wanted, and in which order.

    `personal`: personal accounts of others too, not only those for everyone
    and those of `viewer_id`; `inactive`: of them also those whose owner is
    disabled. None and "" do not narrow.
    """

    q: str = ""
    sort: SortKey = SortKey.TITLE
    descending: bool = False
    state: AccountState | None = None
    use: Use | None = None
    personal: bool = False
    inactive: bool = False
    page: int = 1
    per_page: int = PER_PAGE
    viewer_id: int | None = None


@dataclass(frozen=True)
class ListRow:
    """One account as the list shows it; nothing of its servers."""

    id: int
    title: str
    sender_name: str
    address: str
    kind: AccountKind
    is_system: bool
    owner_id: int | None
    owner_name: str | None
    owner_disabled: bool
    for_sending: bool
    for_receiving: bool
    automatic: bool
    state: AccountState
    checked_at: datetime | None
    proved_at: datetime | None


AccountPageOf = Page[ListRow]

COLUMNS = (
    Account.id,
    Account.title,
    Account.sender_name,
    Account.address,
    Account.kind,
    Account.is_system,
    Account.owner_id,
    User.display_name.label("owner_name"),
    func.coalesce(User.disabled, false()).label("owner_disabled"),
    Account.for_sending,
    Account.for_receiving,
    Account.automatic,
    Account.state,
    Account.checked_at,
    Account.proved_at,
)

GRAVEST_FIRST = {state: place for place, state in enumerate(AccountState)}

ORDERS: dict[SortKey, SQLColumnExpression[Any]] = {
    SortKey.TITLE: Account.title_key,
    SortKey.SENDER: Account.sender_key,
    SortKey.ADDRESS: Account.address_key,
    SortKey.FOR_WHOM: func.coalesce(User.display_key, ""),
    SortKey.STATE: case(GRAVEST_FIRST, value=Account.state),
    SortKey.CHECKED: Account.checked_at,
}

USES: dict[Use, SQLColumnExpression[bool]] = {
    Use.SENDING: Account.for_sending,
    Use.RECEIVING: Account.for_receiving,
    Use.AUTOMATIC: Account.automatic,
    Use.NONE: ~Account.for_sending & ~Account.for_receiving,
}


def list_accounts(session: Session, query: ListQuery) -> AccountPageOf:
    """Return a page of the list, the system account first whatever the order; two queries."""
    wanted = _wanted(query)
    counted = select(func.count()).select_from(Account).outerjoin(Account.owner).where(wanted)
    total = session.scalar(counted) or 0
    page = within(query.page, total, query.per_page)
    rows = session.execute(_ordered(query).where(wanted).limit(query.per_page).offset((page - 1) * query.per_page))
    return Page(tuple(_row(row) for row in rows), total, page, query.per_page)


def _wanted(query: ListQuery) -> ColumnElement[bool]:
    wanted = _shown(query)
    for word in fold(query.q).split():
        found = Account.search_key.contains(word, autoescape=True)
        wanted &= or_(found, User.display_key.contains(word, autoescape=True))
    if query.state is not None:
        wanted &= Account.state == query.state
    if query.use is not None:
        wanted &= USES[query.use]
    return wanted


def _shown(query: ListQuery) -> ColumnElement[bool]:
    if query.personal:
        return true() if query.inactive else func.coalesce(~User.disabled, true())
    return or_(Account.owner_id.is_(None), Account.owner_id == query.viewer_id)


def _ordered(query: ListQuery) -> Select[*tuple[Any, ...]]:
    chosen = ORDERS[query.sort]
    order = (chosen.desc() if query.descending else chosen, Account.title_key, Account.id)
    return select(*COLUMNS).outerjoin(Account.owner).order_by(Account.is_system.desc(), *order)


def _row(row: Row[*tuple[Any, ...]]) -> ListRow:
    return ListRow(*row)
