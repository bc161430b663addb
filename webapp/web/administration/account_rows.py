"""Accounts as administrators see them: the rows of the list, and the facts about one; nothing of its servers."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext, pgettext

from webapp.storage.account_list import ListRow
from webapp.storage.models import Account, AccountKind, User
from webapp.web.access import me
from webapp.web.wording.accounts import STATES, StateWords
from webapp.web.wording.names import readable_address


@dataclass(frozen=True)
class AccountRow:
    """One account in the list; `quiet` = its owner cannot sign in any more."""

    id: int
    title: str
    sender_name: str
    address: str
    for_whom: str
    sign: str
    for_everyone: bool
    quiet: bool
    uses: tuple[str, ...]
    state: StateWords
    checked_at: datetime | None
    can_tick: bool
    edit_url: str


@dataclass(frozen=True)
class AccountFacts:
    """Everything an administrator is told about an account, whoever owns it."""

    id: int
    title: str
    sender_name: str
    address: str
    for_whom: str
    sign: str
    owner_left: bool
    uses: tuple[str, ...]
    state: StateWords
    frozen: bool
    is_system: bool
    for_everyone: bool
    mine_to_change: bool
    created_at: datetime
    proved_at: datetime | None
    checked_at: datetime | None
    edit_url: str


def account_row(row: ListRow) -> AccountRow:
    """Return one row of the list."""
    mine = row.owner_id in (None, me().id)
    return AccountRow(
        id=row.id,
        title=title_of(row.title, row.address, is_system=row.is_system),
        sender_name=row.sender_name,
        address=readable_address(row.address),
        for_whom=whose(row.owner_id, row.owner_name),
        sign=sign_of(row.is_system, row.owner_id),
        for_everyone=row.owner_id is None,
        quiet=row.owner_disabled,
        uses=uses_of(row.kind, row.for_receiving, row.for_sending, row.automatic),
        state=state_words(row),
        checked_at=row.checked_at,
        can_tick=row.kind is AccountKind.MAIL and not row.is_system,
        edit_url=edit_url(row.id, row.is_system and row.proved_at is None, mine),
    )


def account_facts(account: Account) -> AccountFacts:
    """Return what an administrator may know about an account."""
    owner: User | None = account.owner
    mine = account.owner_id in (None, me().id)
    return AccountFacts(
        id=account.id,
        title=title_of(account.title, account.address, is_system=account.is_system),
        sender_name=account.sender_name,
        address=readable_address(account.address),
        for_whom=whose(account.owner_id, owner.display_name if owner else None),
        sign=sign_of(account.is_system, account.owner_id),
        owner_left=owner is not None and owner.disabled,
        uses=uses_of(account.kind, account.for_receiving, account.for_sending, account.automatic),
        state=state_words(account),
        frozen=account.frozen,
        is_system=account.is_system,
        for_everyone=account.for_everyone,
        mine_to_change=mine,
        created_at=account.created_at,
        proved_at=account.proved_at,
        checked_at=account.checked_at,
        edit_url=edit_url(account.id, account.is_system and account.proved_at is None, mine),
    )


def title_of(title: str, address: str, *, is_system: bool = False) -> str:
    """Return what an account is called: its name, else its address; the system account is known as such."""
    if is_system and title in ("", address):
        return gettext("System account")
    return readable_address(address) if title in ("", address) else title


def whose(owner_id: int | None, owner_name: str | None) -> str:
    """Return for whom an account is; of personal ones administrators see the owner's name."""
    if owner_id is None:
        return gettext("Everyone")
    return gettext("Only me") if owner_id == me().id else owner_name or ""


def sign_of(is_system: bool, owner_id: int | None) -> str:
    """Return the icon beside the words."""
    if is_system:
        return "shield"
    return "people" if owner_id is None else "person"


def uses_of(kind: AccountKind, for_receiving: bool, for_sending: bool, automatic: bool) -> tuple[str, ...]:
    """Return what an account is used for."""
    if kind is AccountKind.NEWS:
        return (gettext("reading newsgroups"),)
    uses = (
        (for_receiving, pgettext("use", "receiving")),
        (for_sending, pgettext("use", "sending")),
        (automatic and (for_receiving or for_sending), pgettext("use", "automatically")),
    )
    return tuple(words for used, words in uses if used)


def state_words(account: Account | ListRow) -> StateWords:
    """Return a state as administrators read it: the word alone, for the advice is the owner's."""
    words = STATES[account.state]
    return StateWords(gettext(words.word), words.tone, words.sign)


def edit_url(account_id: int, waits_for_set_up: bool, mine: bool) -> str:
    """Return where Change leads: the settings of what one may change, else the facts."""
    if waits_for_set_up:
        return url_for("administration.system_account")
    return url_for("accounts.page" if mine else "administration.account", account_id=account_id)
