"""Folders of accounts: mirrored from the server, made where there is none, and the tree people see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ScalarSelect, func, select, update
from sqlalchemy.orm import Session

from webapp.storage.folding import fold
from webapp.storage.models import Account, Folder, FolderRole, Letter
from webapp.storage.once import inserted_once

EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
ORDER = {role: place for place, role in enumerate(FolderRole)}


@dataclass(frozen=True)
class ListedFolder:
    """One folder as the server lists it; `name` is the whole path."""

    name: str
    delimiter: str
    role: FolderRole


@dataclass(frozen=True)
class FolderLine:
    """One folder in the tree, with how many of its letters nobody has read; no row of the database stays behind it."""

    id: int
    account_id: int
    name: str
    delimiter: str
    role: FolderRole
    waiting: int
    unread: int


def mirror(session: Session, account_id: int, listed: Sequence[ListedFolder]) -> list[Folder]:
    """Make the account's folders those of the server, and return them; what is gone there goes with its letters.

    A list of none is no list: every account has an INBOX (RFC 9051, 5.1).
    """
    known = {folder.name: folder for folder in folders_of(session, account_id) if folder.on_server}
    for one in listed:
        folder = known.pop(one.name, None)
        if folder is None:
            folder = _named(session, account_id, one.name) or Folder(account_id=account_id, name=one.name)
            session.add(folder)
        folder.delimiter, folder.role, folder.on_server = one.delimiter, one.role, True
    for gone in known.values() if listed else ():
        session.delete(gone)
    session.flush()
    return [folder for folder in folders_of(session, account_id) if folder.on_server]


def own_folder(session: Session, account_id: int, role: FolderRole, name: str) -> Folder:
    """Return the account's folder of a role; made here, under this name, where the server has none."""
    found = folder_of_role(session, account_id, role)
    if found is not None:
        return found
    if not inserted_once(session, Folder, account_id=account_id, name=name, role=role, on_server=False):
        # it has that name, but not yet the role
        session.execute(update(Folder).where(Folder.account_id == account_id, Folder.name == name).values(role=role))
    return session.scalars(select(Folder).where(Folder.account_id == account_id, Folder.name == name)).one()


def folder_of_role(session: Session, account_id: int, role: FolderRole) -> Folder | None:
    """Return the account's folder of a role, the server's own before one of ours."""
    of_role = select(Folder).where(Folder.account_id == account_id, Folder.role == role)
    return session.scalar(of_role.order_by(Folder.on_server.desc(), Folder.id).limit(1))


def folders_of(session: Session, account_id: int) -> list[Folder]:
    """Return the folders of an account: the special ones first, then by name."""
    folders = session.scalars(select(Folder).where(Folder.account_id == account_id)).all()
    return sorted(folders, key=_place)


def tree(session: Session, accounts: Sequence[Account]) -> dict[int, list[FolderLine]]:
    """Return the folders of these accounts, by account, in no order; one question, however many there are."""
    lines: dict[int, list[FolderLine]] = {account.id: [] for account in accounts}
    columns = (Folder.id, Folder.account_id, Folder.name, Folder.delimiter, Folder.role, Folder.waiting)
    for row in session.execute(select(*columns, unread_count()).where(Folder.account_id.in_(lines))):
        lines[row.account_id].append(FolderLine(*row))
    return lines


def unread_count() -> ScalarSelect[int]:
    """Return how many letters of a folder nobody has read, to be asked with the folder; an index alone answers."""
    # Every letter came after that moment; without a word of it SQLite overlooks the index of unread ones and reads
    # all rows.
    unread = (Letter.folder_id == Folder.id, ~Letter.seen, Letter.received_at > EARLIEST)
    return select(func.count()).where(*unread).correlate(Folder).scalar_subquery()


def in_order(lines: Iterable[FolderLine]) -> list[FolderLine]:
    """Return folders in the order people look for them: the special ones first, then by name."""
    return sorted(lines, key=_place)


def has_letters(session: Session, account: Account) -> bool:
    """Tell whether any letter of an account is here, in whichever folder."""
    return session.scalar(select(Letter.id).where(Letter.account_id == account.id).limit(1)) is not None


def _named(session: Session, account_id: int, name: str) -> Folder | None:
    return session.scalar(select(Folder).where(Folder.account_id == account_id, Folder.name == name))


def _place(folder: Folder | FolderLine) -> tuple[int, str]:
    return ORDER[folder.role], fold(folder.name)
