"""What stands where there are no letters: why, and what to press next."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import format_date, gettext

from webapp.storage.folders import has_letters
from webapp.storage.models import Account
from webapp.web.extensions import db
from webapp.web.mail.listing import Listing
from webapp.web.mail.rows import ListPane
from webapp.web.mail.tree import AccountRow, Tree


@dataclass(frozen=True)
class Empty:
    """The words, and at most one way on; `receive` is the account whose letters may be fetched now."""

    sign: str
    title: str
    sentence: str = ""
    link: str = ""
    url: str = ""
    receive: int | None = None


def empty_of(pane: ListPane, tree: Tree) -> Empty | None:
    """Return what to say instead of letters, None where there are some."""
    listing = pane.listing
    if pane.rows:
        return None
    if not tree.accounts:
        return Empty(
            "envelope",
            gettext("No mail accounts yet"),
            gettext("Add one, and its letters appear here."),
            gettext("Add mail account…"),
            url_for("new_account.enter"),
        )
    if listing.words:
        return _nothing_found(listing)
    if listing.unread:
        url = listing.but(unread=False).url
        return Empty("check", gettext("Everything is read"), "", gettext("Show all letters"), url)
    return _no_letters(listing, tree)


def _nothing_found(listing: Listing) -> Empty:
    title = gettext("Nothing was found for “%(words)s”", words=listing.words)
    sentence = gettext("Words are found by their beginnings, all of them in one letter.")
    if listing.account is None:
        return Empty("search", title, sentence, gettext("Show all letters"), listing.but(words="").url)
    everywhere = listing.but(folder=None, account=None, unread=False)
    return Empty("search", title, sentence, gettext("Search everywhere"), everywhere.url)


def _no_letters(listing: Listing, tree: Tree) -> Empty:
    """Tell an account that has received nothing from a folder that is empty."""
    account, row = listing.account, _row_of(listing, tree)
    if row is not None and row.state.mended_by_password:
        url = url_for("accounts.password", account_id=row.id)
        return Empty("key", gettext("No letters yet"), row.state.advice, gettext("Type the password"), url)
    if row is not None and account is not None and not has_letters(db.session(), account):
        return Empty("inbox", gettext("No letters yet"), _since(account), receive=account.id)
    if account is None:
        return Empty("inbox", gettext("No letters yet"), gettext("They appear here as soon as they are received."))
    return Empty("inbox", gettext("There are no letters here"))


def _row_of(listing: Listing, tree: Tree) -> AccountRow | None:
    wanted = listing.account.id if listing.account is not None else None
    only = tree.accounts[0] if len(tree.accounts) == 1 else None
    return next((row for row in tree.accounts if row.id == wanted), only)


def _since(account: Account) -> str:
    if account.load_since is None:
        return gettext("Nothing has been received so far.")
    return gettext(
        "Nothing has been received so far. Letters since %(day)s are loaded.",
        day=format_date(account.load_since, "long"),
    )
