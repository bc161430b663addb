"""Folders of accounts: mirrored from the server, made where there is none, and the tree people see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.storage.models import Account, Folder, FolderRole, Letter

ORDER = {role: place for place, role in enumerate(FolderRole)}


@dataclass(frozen=True)
class ListedFolder:
    """One folder as the server lists it; `name` is the whole path."""

    name: str
    delimiter: str
    role: FolderRole


@dataclass(frozen=True)
class FolderLine:
    """One folder in the tree, with how many letters it has and how many of them nobody has read."""

    folder: Folder
    letters: int
    unread: int


def mirror(session: Session, account_id: int, listed: Sequence[ListedFolder]) -> list[Folder]:
    """Make the account's folders those of the server, and return them; what is gone there goes with its letters."""
    known = {folder.name: folder for folder in folders_of(session, account_id) if folder.on_server}
    for one in listed:
        folder = known.pop(one.name, None)
        if folder is None:
            folder = _named(session, account_id, one.name) or Folder(account_id=account_id, name=one.name)
            session.add(folder)
        folder.delimiter, folder.role, folder.on_server = one.delimiter, one.role, True
    for gone in known.values():
        session.delete(gone)
    session.flush()
    return [folder for folder in folders_of(session, account_id) if folder.on_server]


def own_folder(session: Session, account_id: int, role: FolderRole, name: str) -> Folder:
    """Return the account's folder of a role; made here, under this name, where the server has none."""
    found = folder_of_role(session, account_id, role)
    if found is None:
        found = _named(session, account_id, name) or Folder(account_id=account_id, name=name, on_server=False)
        found.role = role
        session.add(found)
        session.flush()
    return found


def folder_of_role(session: Session, account_id: int, role: FolderRole) -> Folder | None:
    """Return the account's folder of a role, the server's own before one of ours."""
    of_role = select(Folder).where(Folder.account_id == account_id, Folder.role == role)
    return session.scalar(of_role.order_by(Folder.on_server.desc(), Folder.id).limit(1))


def folders_of(session: Session, account_id: int) -> list[Folder]:
    """Return the folders of an account: the special ones first, then by name."""
    folders = session.scalars(select(Folder).where(Folder.account_id == account_id)).all()
    return sorted(folders, key=lambda folder: (ORDER[folder.role], folder.name.casefold()))


def tree(session: Session, accounts: Sequence[Account]) -> dict[int, list[FolderLine]]:
    """Return the folders of these accounts with their counts, by account; two questions, however many there are."""
    ids = [account.id for account in accounts]
    unread = func.sum(case((Letter.seen.is_(False), 1), else_=0))
    counted = select(Letter.folder_id, func.count(), unread).where(Letter.account_id.in_(ids))
    counts = {folder: (letters, new) for folder, letters, new in session.execute(counted.group_by(Letter.folder_id))}
    lines: dict[int, list[FolderLine]] = {account_id: [] for account_id in ids}
    for folder in session.scalars(select(Folder).where(Folder.account_id.in_(ids))):
        lines[folder.account_id].append(FolderLine(folder, *counts.get(folder.id, (0, 0))))
    for of_account in lines.values():
        of_account.sort(key=lambda line: (ORDER[line.folder.role], line.folder.name.casefold()))
    return lines


def _named(session: Session, account_id: int, name: str) -> Folder | None:
    return session.scalar(select(Folder).where(Folder.account_id == account_id, Folder.name == name))
