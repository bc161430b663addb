"""The tree «Все папки»: accounts as folders of the first level, their own folders below, in few questions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import format_decimal, gettext

from webapp.storage.base import utc_now
from webapp.storage.credentials import session_secret_accounts
from webapp.storage.folders import FolderLine, in_order, tree
from webapp.storage.mailboxes import Mailbox, mailboxes
from webapp.storage.models import Account, AccountState, FolderRole
from webapp.web.access import me, my_session
from webapp.web.extensions import db
from webapp.web.mail.listing import Listing, key_of
from webapp.web.wording.accounts import StateWords, sign_of, state_words, title_of
from webapp.web.wording.folders import folder_name, folder_sign
from webapp.web.wording.names import readable_address

SOON_S, LATER_S = 3, 60  # while letters arrive, and while nothing happens
FEW = 6  # accounts whose folders are all shown at first
MOST_FOLDERS = 300  # of more accounts and more folders, only those of the account one is in are drawn
DEEPEST = 6  # further in, folders stand one below the other


@dataclass(frozen=True)
class FolderRow:
    """One folder; `path` is its whole name, `waiting` how many letters are still to be loaded."""

    id: int
    name: str
    path: str
    sign: str
    url: str
    depth: int
    unread: int
    waiting: int
    current: bool


@dataclass(frozen=True)
class AccountRow:
    """One account with its folders; `receiving` tells how far a load is that is under way, `stop_url` ends a long one.

    Where its folders are not drawn, `folders_url` leads to the tree that shows them.
    """

    id: int
    title: str
    address: str
    sign: str
    url: str | None
    state: StateWords
    receiving: str
    stop_url: str | None
    unread: int
    current: bool
    opened: bool
    folders: tuple[FolderRow, ...]
    folders_url: str | None


@dataclass(frozen=True)
class Tree:
    """All accounts a person reads; `everything_url` leads to their letters together.

    The open page asks `fresh_url` for itself every so many seconds.
    """

    accounts: tuple[AccountRow, ...]
    everything_url: str
    everything_current: bool
    unread: int
    unsent: int
    fresh_url: str
    fresh_s: int


def tree_of(listing: Listing, pane: str = "") -> Tree:
    """Return the tree around a list; where the pane of a letter is open, the list is not drawn anew."""
    boxes = mailboxes(db.session(), me(), utc_now())
    few = len(boxes) <= FEW
    drawn = few or sum(box.folders for box in boxes) <= MOST_FOLDERS
    in_it = [box.account for box in boxes if box.readable and (drawn or _is_of(listing, box.account))]
    lines = tree(db.session(), in_it) if in_it else {}
    states = _words_of_states(boxes)
    rows = tuple(_account(box, lines.get(box.account.id), listing, states[box.account.id], few) for box in boxes)
    return Tree(
        accounts=rows,
        everything_url=url_for("mail.everything"),
        everything_current=listing.account is None,
        unread=sum(row.unread for row in rows),
        unsent=boxes[0].unsent if boxes else 0,
        fresh_url=url_for("mail.fresh", pane=pane, **listing.query),
        fresh_s=SOON_S if any(box.receiving or box.due for box in boxes) else LATER_S,
    )


def _words_of_states(boxes: Sequence[Mailbox]) -> dict[int, StateWords]:
    """Return the states of accounts in words, each looked up once; whether a password was typed, only where needed."""
    accounts = [box.account for box in boxes]
    needed = any(account.state is AccountState.NEEDS_PASSWORD for account in accounts)
    typed = session_secret_accounts(db.session(), my_session()) if needed else frozenset()
    words = {
        (account.state, account.id in typed): state_words(account, typed_for_session=account.id in typed)
        for account in {(one.state, one.id in typed): one for one in accounts}.values()
    }
    return {account.id: words[account.state, account.id in typed] for account in accounts}


def _is_of(listing: Listing, account: Account) -> bool:
    return listing.account is not None and listing.account.id == account.id


def _account(
    box: Mailbox, lines: Sequence[FolderLine] | None, listing: Listing, state: StateWords, opened: bool
) -> AccountRow:
    """Return one account; without `lines` its folders are a link away."""
    account, of_list = box.account, _is_of(listing, box.account)
    title, address = title_of(account), readable_address(account.address)
    return AccountRow(
        id=account.id,
        title=title,
        address="" if title == address else address,
        sign=sign_of(account),
        url=url_for("mail.account", account_id=account.id) if box.readable else None,
        state=state,
        receiving=_progress(box),
        stop_url=url_for("accounts.stop_receiving", account_id=account.id) if _is_long(box) else None,
        unread=box.unread if box.readable else 0,
        current=of_list and listing.folder is None,
        opened=of_list or opened,
        folders=tuple(_folder(line, depth, listing) for line, depth in _nested(in_order(lines or ()))),
        folders_url=None
        if lines is not None or not box.readable or not box.folders
        else url_for("mail.index", open=key_of(account)),
    )


def _is_long(box: Mailbox) -> bool:
    return box.receiving and box.readable and box.total > 0


def _progress(box: Mailbox) -> str:
    if not box.receiving or not box.readable:
        return ""
    if not box.total:
        return gettext("Letters are being received…")
    done = format_decimal(min(box.done, box.total))
    return gettext("Loaded %(done)s of %(total)s", done=done, total=format_decimal(box.total))


def _folder(folder: FolderLine, depth: int, listing: Listing) -> FolderRow:
    return FolderRow(
        id=folder.id,
        name=folder_name(folder),
        path=folder.name,
        sign=folder_sign(folder),
        url=url_for("mail.folder", folder_id=folder.id),
        depth=min(depth, DEEPEST),
        unread=folder.unread,
        waiting=folder.waiting,
        current=listing.folder is not None and listing.folder.id == folder.id,
    )


def _nested(lines: Sequence[FolderLine]) -> Iterator[tuple[FolderLine, int]]:
    """Return each folder followed by those in it, with its depth; those with a part to play stand outside."""
    known = {line.name for line in lines}
    children: dict[str, list[FolderLine]] = {}
    for line in lines:
        children.setdefault(_parent(line, known), []).append(line)
    waiting = [(line, 0) for line in reversed(children.get("", []))]
    while waiting:
        line, depth = waiting.pop()
        yield line, depth
        waiting += [(child, depth + 1) for child in reversed(children.get(line.name, []))]


def _parent(line: FolderLine, known: set[str]) -> str:
    """Return the name of the nearest folder around a folder, "" if there is none."""
    name, delimiter = line.name, line.delimiter
    while delimiter and line.role is FolderRole.OTHER and delimiter in name:
        name = name.rpartition(delimiter)[0]
        if name in known:
            return name
    return ""
