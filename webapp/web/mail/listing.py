"""Which letters a list shows, as its address says: everywhere, of an account or of a folder; words; unread ones."""

from dataclasses import dataclass, replace
from typing import Any, Self

from flask import request, url_for
from flask_babel import gettext

from webapp.storage.letter_pages import Cursor, Wanted, cursor_from
from webapp.storage.mailboxes import get_folder, get_mailbox
from webapp.storage.models import Account, Folder, FolderRole, Letter
from webapp.web.access import me
from webapp.web.extensions import db
from webapp.web.mail.blueprint import LARGEST_NUMBER
from webapp.web.wording.accounts import title_of
from webapp.web.wording.folders import folder_name

LONGEST_QUESTION = 200
EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Listing:
    """One list of letters. Without account and folder it is of everything the person reads."""

    account: Account | None = None
    folder: Folder | None = None
    words: str = ""
    unread: bool = False
    at: str = ""

    @property
    def wanted(self) -> Wanted:
        """Return what the database is asked for."""
        account_id = self.account.id if self.account and not self.folder else None
        return Wanted(account_id, self.folder.id if self.folder else None, self.unread, self.words)

    @property
    def cursor(self) -> Cursor | None:
        """Return where the page begins."""
        return cursor_from(self.at)

    @property
    def key(self) -> str:
        """Return what names the scope in an address."""
        if self.folder is not None:
            return f"folder-{self.folder.id}"
        return key_of(self.account) if self.account is not None else EVERYWHERE

    @property
    def title(self) -> str:
        """Return what stands above the list."""
        if self.folder is not None:
            return folder_name(self.folder)
        return title_of(self.account) if self.account is not None else gettext("All letters")

    @property
    def shows_recipients(self) -> bool:
        """Tell whether the letters are our own, so that whom they went to tells them apart."""
        return self.folder is not None and self.folder.role in (FolderRole.SENT, FolderRole.DRAFTS)

    @property
    def url(self) -> str:
        """Return the address of the list as it is."""
        query: dict[str, Any] = {"q": self.words, "unread": "yes" if self.unread else "", "at": self.at}
        query = {name: value for name, value in query.items() if value}
        if self.folder is not None:
            return url_for("mail.folder", folder_id=self.folder.id, **query)
        if self.account is not None:
            return url_for("mail.account", account_id=self.account.id, **query)
        return url_for("mail.everything", **query)

    @property
    def query(self) -> dict[str, Any]:
        """Return what the address of a letter takes along, so that it knows its list."""
        query = {"within": self.key, "q": self.words, "unread": "yes" if self.unread else "", "at": self.at}
        return {name: value for name, value in query.items() if value}

    def but(self, **changes: Any) -> Self:
        """Return the same list with something of it changed; where a page begins counts for one list only."""
        return replace(self, **{"at": "", **changes})

    def beside(self, cursor: Cursor | None) -> str | None:
        """Return the address of another page of the list."""
        return replace(self, at=str(cursor)).url if cursor is not None else None


def asked_listing(account: Account | None = None, folder: Folder | None = None) -> Listing:
    """Return the list of this request's address, of a scope that is known."""
    return Listing(
        account=folder.account if folder is not None else account,
        folder=folder,
        words=" ".join(request.args.get("q", "")[:LONGEST_QUESTION].split()),
        unread="unread" in request.args,
        at=str(cursor_from(request.args.get("at")) or ""),
    )


def key_of(account: Account) -> str:
    """Return what names the letters of an account in an address."""
    return f"account-{account.id}"


def scope_of(key: str) -> tuple[Account | None, Folder | None] | None:
    """Return what a key names, None if there is no such thing or the person may not read it."""
    kind, _, number = key.partition("-")
    if key == EVERYWHERE:
        return None, None
    if not (number.isascii() and number.isdigit() and len(number) < 19 and int(number) <= LARGEST_NUMBER):
        return None
    if kind == "folder":
        folder = get_folder(db.session(), me(), int(number))
        return (folder.account, folder) if folder is not None else None
    account = get_mailbox(db.session(), me(), int(number)) if kind == "account" else None
    return (account, None) if account is not None else None


def listing_around(letter: Letter) -> Listing:
    """Return the list a letter was opened from, by default its folder's."""
    key, account, folder = request.args.get("within", ""), letter.account, letter.folder
    own = {f"folder-{folder.id}": (account, folder), key_of(account): (account, None)}
    scope = own[key] if key in own else scope_of(key)  # its own need not be looked up
    return asked_listing(*scope) if scope is not None else asked_listing(folder=letter.folder)
