"""The settings window: its left pane with all accounts, and the sections of the chosen one."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext

from webapp.storage.accounts import accounts_visible_to, may_change, may_send_as
from webapp.storage.credentials import session_secret_accounts
from webapp.storage.models import Account, AccountKind
from webapp.storage.waiting import waits
from webapp.web.access import me, my_session
from webapp.web.extensions import db
from webapp.web.wording.accounts import StateWords, for_whom, sign_of, state_words, title_of
from webapp.web.wording.names import readable_address
from webapp.web.wording.words import N_

PANE_LIMIT = 100  # as many as anybody reads; the search finds the others
SEARCH_FROM = 12  # fewer accounts are found by looking

# Section, its words, and whether an account on a news server has it.
SECTIONS = (
    ("page", N_("Profile"), True),
    ("incoming", N_("Incoming server"), True),
    ("letters", N_("Letters"), False),
    ("security", N_("Password and security"), True),
    ("checks", N_("Checks"), True),
)


@dataclass(frozen=True)
class PaneRow:
    """One account in the left pane."""

    id: int
    title: str
    address: str
    sign: str
    url: str
    state: StateWords
    is_default: bool
    current: bool


@dataclass(frozen=True)
class SectionLink:
    """One section of the chosen account."""

    title: str
    url: str
    current: bool


@dataclass(frozen=True)
class Chosen:
    """The account in the right pane: its heading, its state and its sections.

    `may_edit` is False also while the account waits for its password (DESIGN 5.3).
    """

    id: int
    title: str
    address: str
    for_whom: str
    sign: str
    state: StateWords
    may_change: bool
    may_edit: bool
    may_hand_over: bool
    is_default: bool
    may_be_default: bool
    is_system: bool
    is_set_up: bool
    sections: tuple[SectionLink, ...]


@dataclass(frozen=True)
class Window:
    """Everything templates/accounts/_window.html shows around a section."""

    rows: tuple[PaneRow, ...]
    query: str
    searchable: bool
    more: bool
    chosen: Chosen | None

    @property
    def empty(self) -> bool:
        """Tell whether there is no account at all."""
        return not self.rows and not self.query


def window_of(account: Account | None, section: str = "") -> Window:
    """Return the window around a section of the account (an endpoint's name of `accounts`); None shows the list."""
    query = request.args.get("q", "").strip()
    limit = None if "all" in request.args else PANE_LIMIT + 1
    found = list(accounts_visible_to(db.session(), me(), query, limit))
    more = limit is not None and len(found) > PANE_LIMIT
    shown = found[:PANE_LIMIT] if more else found
    if account is not None and not query and account not in shown:
        shown.append(account)  # beyond the hundredth: whoever is shown on the right stands on the left
    typed = session_secret_accounts(db.session(), my_session())
    return Window(
        rows=tuple(_row(one, account, typed, query) for one in shown),
        query=query,
        searchable=bool(query) or len(found) > SEARCH_FROM,
        more=more,
        chosen=_chosen(account, section, typed) if account is not None else None,
    )


def _row(account: Account, chosen: Account | None, typed: frozenset[int], query: str) -> PaneRow:
    title, address = title_of(account), readable_address(account.address)
    return PaneRow(
        id=account.id,
        title=title,
        address="" if title == address else address,
        sign=sign_of(account),
        url=url_for("accounts.page", account_id=account.id, q=query or None),
        state=state_words(account, typed_for_session=account.id in typed),
        is_default=account.id == me().default_account_id,
        current=account is chosen,
    )


def _chosen(account: Account, section: str, typed: frozenset[int]) -> Chosen:
    title, address = title_of(account), readable_address(account.address)
    return Chosen(
        id=account.id,
        title=title,
        address="" if title == address else address,
        for_whom=for_whom(account),
        sign=sign_of(account),
        state=state_words(account, typed_for_session=account.id in typed),
        may_change=may_change(me(), account),
        may_edit=may_change(me(), account) and not waits(account),
        may_hand_over=me().is_admin and account.proved_at is not None and not account.is_system,
        is_default=account.id == me().default_account_id,
        may_be_default=may_send_as(me(), account),
        is_system=account.is_system,
        is_set_up=account.proved_at is not None,
        sections=_sections(account, section),
    )


def _sections(account: Account, current: str) -> tuple[SectionLink, ...]:
    if account.proved_at is None:
        return ()
    return tuple(
        SectionLink(
            _section_words(account, name, words), url_for(f"accounts.{name}", account_id=account.id), name == current
        )
        for name, words, of_news in SECTIONS
        if of_news or account.kind is not AccountKind.NEWS
    )


def _section_words(account: Account, name: str, words: str) -> str:
    if name == "incoming" and account.kind is AccountKind.NEWS:
        return gettext("News server")
    return gettext(words)
