"""Administration — Mail accounts: everybody's accounts in a list, and what administrators may know about one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.account_list import ListQuery, SortKey, Use, list_accounts
from webapp.storage.administration import any_account
from webapp.storage.models import Account, AccountState
from webapp.web.access import administrators, me
from webapp.web.administration.account_rows import AccountRow, account_facts, account_row
from webapp.web.extensions import db
from webapp.web.tables import Head, Paging, asked_page, heads, here, paging_of
from webapp.web.wording.accounts import STATES
from webapp.web.wording.words import N_

T = TypeVar("T", bound=StrEnum)

COLUMNS = (
    (N_("Account name"), SortKey.TITLE),
    (N_("User name"), SortKey.SENDER),
    (N_("Address"), SortKey.ADDRESS),
    (N_("For whom, owner"), SortKey.FOR_WHOM),
    (N_("Use"), None),
    (N_("State"), SortKey.STATE),
    (N_("Last check"), SortKey.CHECKED),
)
USES: dict[Use, str] = {
    Use.SENDING: N_("sending"),
    Use.RECEIVING: N_("receiving"),
    Use.AUTOMATIC: N_("automatically"),
    Use.NONE: N_("not used"),
}


@dataclass(frozen=True)
class AccountsPage:
    """Everything the list shows."""

    rows: Sequence[AccountRow]
    heads: tuple[Head, ...]
    paging: Paging
    query: ListQuery
    states: tuple[tuple[str, str], ...]
    uses: tuple[tuple[str, str], ...]
    url: str
    tick_all_url: str
    ticked: bool

    @property
    def narrowed(self) -> bool:
        """Tell whether the filter leaves anything out."""
        return bool(self.query.q or self.query.state or self.query.use)

    @property
    def can_tick(self) -> bool:
        """Tell whether there is a row whose use could be changed."""
        return any(row.can_tick for row in self.rows)


@administrators
def index() -> Response:
    """Lead to the first page of the administration."""
    return redirect(url_for("administration.accounts"), 303)


@administrators
def accounts() -> str:
    """List the accounts, as the address says."""
    query = asked_query()
    found = list_accounts(db.session(), query)
    ticked = request.args.get("ticked") == "all"
    page = AccountsPage(
        rows=[account_row(row) for row in found.rows],
        heads=heads(COLUMNS, query.sort, query.descending),
        paging=paging_of(found),
        query=query,
        states=(("", gettext("any")), *((state.value, gettext(words.word)) for state, words in STATES.items())),
        uses=(("", gettext("any")), *((use.value, gettext(words)) for use, words in USES.items())),
        url=here(),
        tick_all_url=here(ticked=None if ticked else "all"),
        ticked=ticked,
    )
    return render_template("administration/accounts.html", page=page)


@administrators
def account(account_id: int) -> str:
    """Show what an administrator may know about an account, and do with it."""
    return render_template("administration/account.html", facts=account_facts(asked_account(account_id)))


def asked_account(account_id: int) -> Account:
    """Return the account of the address, whosever it is."""
    return any_account(db.session(), account_id) or abort(404)


def asked_query() -> ListQuery:
    """Return what the address asks for; what it cannot mean is as if it were not there."""
    inactive = "inactive" in request.args
    return ListQuery(
        q=request.args.get("q", "").strip()[:200],
        sort=_one_of(SortKey, "sort") or SortKey.TITLE,
        descending="down" in request.args,
        state=_one_of(AccountState, "state"),
        use=_one_of(Use, "use"),
        # Accounts of people who have left are somebody's: asking for them asks for personal ones.
        personal=inactive or "personal" in request.args,
        inactive=inactive,
        page=asked_page(),
        viewer_id=me().id,
    )


def _one_of(members: type[T], name: str) -> T | None:
    asked = request.args.get(name)
    return next((member for member in members if member == asked), None)
