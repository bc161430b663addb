"""The folders of an IMAP server as it lists them: what they are for, and which are but views of others. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from webapp.mail.imap import NAMES_OF_USE
from webapp.mail.imap_commands import decode_utf7
from webapp.storage.folders import ListedFolder
from webapp.storage.models import FolderRole

INBOX = "INBOX"
MOST_FOLDERS = 2000
LONGEST_NAME = 1000
LONGEST_DELIMITER = 4
CANNOT_OPEN = {rb"\noselect", rb"\nonexistent"}
VIRTUAL = {rb"\all", rb"\flagged", rb"\important"}
r"""Letters of other folders shown once more (RFC 6154; Gmail's \Important): loading them would double everything."""

MARKS = {
    rb"\drafts": FolderRole.DRAFTS,
    rb"\sent": FolderRole.SENT,
    rb"\archive": FolderRole.ARCHIVE,
    rb"\junk": FolderRole.JUNK,
    rb"\trash": FolderRole.TRASH,
}
USUAL_NAMES = {
    FolderRole.DRAFTS: {"drafts", "draft", "черновики"},
    FolderRole.SENT: {
        *("sent", "sent items", "sent messages", "sent mail"),
        *("отправленные", "отправленные письма", "исходящие"),
    },
    FolderRole.ARCHIVE: {"archive", "archives", "архив", "архивы"},
    FolderRole.JUNK: NAMES_OF_USE[r"\Junk"],
    FolderRole.TRASH: {
        *("trash", "deleted", "deleted items", "deleted messages", "bin"),
        *("корзина", "удаленные", "удалённые"),
    },
}
GMAIL = {"[gmail]", "[google mail]"}
GMAIL_VIRTUAL = {"all mail", "starred", "important", "вся почта", "помеченные", "важное"}
MAY_HOLD_SPECIAL_ONES = {"", INBOX.casefold(), *GMAIL}

Answer = tuple[tuple[bytes, ...], bytes | None, bytes]
"""Marks, delimiter and name, as in one LIST response (RFC 9051, 7.3.1)."""


@dataclass(frozen=True)
class ServerFolder:
    """A folder as people know it, and as the server wants it called; one that cannot be opened only holds others."""

    listed: ListedFolder
    wire_name: str
    can_open: bool


def server_folders(answers: Iterable[Answer]) -> list[ServerFolder]:
    """Return the folders worth showing, each role given to one at most; the inbox is always there."""
    found: dict[str, ServerFolder] = {}
    marked: dict[FolderRole, str] = {}
    for marks, folder in _readable(answers):
        name = folder.listed.name
        if len(found) < MOST_FOLDERS and name not in found and not _virtual(marks, folder):
            found[name] = folder
            for role in (MARKS[mark] for mark in marks if mark in MARKS and folder.can_open):
                marked.setdefault(role, name)
    inbox = ServerFolder(ListedFolder(INBOX, "", FolderRole.INBOX), INBOX, can_open=True)
    found = {INBOX: inbox, **found}
    roles = {name: role for role, name in ({**_named(found), **marked}).items()} | {INBOX: FolderRole.INBOX}
    return [_with_role(folder, roles.get(name, FolderRole.OTHER)) for name, folder in found.items()]


def _readable(answers: Iterable[Answer]) -> Iterator[tuple[set[bytes], ServerFolder]]:
    for marks, delimiter, wire_name in answers:
        name = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in _name(wire_name))
        if not name or len(name) > LONGEST_NAME or not wire_name.isascii():
            continue  # nobody could ask for it by that name
        lowered = {mark.lower() for mark in marks if isinstance(mark, bytes)}
        between = delimiter.decode("ascii", "replace")[:LONGEST_DELIMITER] if isinstance(delimiter, bytes) else ""
        listed = ListedFolder(name, between, FolderRole.OTHER)
        yield lowered, ServerFolder(listed, wire_name.decode(), can_open=not lowered & CANNOT_OPEN)


def _name(wire_name: bytes) -> str:
    return INBOX if wire_name.upper() == INBOX.encode() else decode_utf7(wire_name)


def _virtual(marks: set[bytes], folder: ServerFolder) -> bool:
    holder, last = _parts(folder.listed)
    return bool(marks & VIRTUAL) or (holder in GMAIL and last in GMAIL_VIRTUAL)


def _named(found: dict[str, ServerFolder]) -> dict[FolderRole, str]:
    """Return the folders whose names say what they are for, where no mark does."""
    named: dict[FolderRole, str] = {}
    for name, folder in found.items():
        holder, last = _parts(folder.listed)
        if folder.can_open and holder in MAY_HOLD_SPECIAL_ONES:
            for role in (role for role, names in USUAL_NAMES.items() if last in names):
                named.setdefault(role, name)
    return named


def _parts(listed: ListedFolder) -> tuple[str, str]:
    """Return what holds a folder and its own name, to be compared."""
    holder, _, last = listed.name.rpartition(listed.delimiter) if listed.delimiter else ("", "", listed.name)
    return holder.casefold(), last.casefold()


def _with_role(folder: ServerFolder, role: FolderRole) -> ServerFolder:
    return replace(folder, listed=replace(folder.listed, role=role))
