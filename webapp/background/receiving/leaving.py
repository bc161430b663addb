"""Letters leave a folder on the server: to the trash, or for good."""

from collections.abc import Sequence

from webapp.background.receiving.known_folder import KnownFolder
from webapp.background.receiving.mailbox import Mailbox, uid_set
from webapp.mail.imap_commands import encode_utf7
from webapp.net.problems import Trouble
from webapp.storage.folders import folder_of_role
from webapp.storage.letter_changes import Change, done, moved
from webapp.storage.models import Folder, FolderRole

LONGEST_SET = 1000  # numbers a COPYUID may stand for: no more than were asked for


def leave(mailbox: Mailbox, folder: KnownFolder, folders: Sequence[KnownFolder], changes: Sequence[Change]) -> None:
    """Move letters to the trash, and take down which numbers they got there if the server says so."""
    trash = next((one for one in folders if one.role is FolderRole.TRASH), None)
    wire_name = trash.wire_name if trash is not None else _made_trash(mailbox, folder)
    uids = [change.uid for change in changes]
    numbers = _moved(mailbox, uids, wire_name)
    with mailbox.work.writing(finishing=True) as session:
        row, there = session.get(Folder, folder.id), session.get(Folder, trash.id) if trash is not None else None
        for change in changes:
            number = numbers.get((there.uid_validity if there is not None else None, change.uid))
            if row is not None and there is not None and number is not None:
                moved(session, row, change, there, number)
            else:
                done(session, [change])


def expunge(mailbox: Mailbox, uids: Sequence[int]) -> None:
    """Delete letters for good, and no others: where that cannot be, they are only marked as deleted.

    A plain EXPUNGE takes along whatever other programs have marked.
    """
    with mailbox.library() as imap:
        imap.add_flags(uid_set(uids), [rb"\Deleted"], silent=True)
    if mailbox.can("UIDPLUS"):
        with mailbox.library() as imap:
            imap.uid_expunge(uid_set(uids))
    elif mailbox.search("DELETED") <= set(uids):
        with mailbox.library() as imap:
            imap.expunge()


def _moved(mailbox: Mailbox, uids: Sequence[int], wire_name: str) -> dict[tuple[int | None, int], int]:
    """Move letters; return their new numbers by the UIDVALIDITY of the trash and the old number."""
    with mailbox.library() as imap:
        move = imap.move if mailbox.can("MOVE") else imap.copy
        move(uid_set(uids), wire_name)
        _, said = imap._imap.response("COPYUID")  # the library shows it nowhere else
    if move == imap.copy:
        expunge(mailbox, uids)
    return {place: number for words in said or () if isinstance(words, bytes) for place, number in _pairs(words)}


def _pairs(copyuid: bytes) -> list[tuple[tuple[int, int], int]]:
    """Read `1511554416 142,399 41:42` (RFC 4315, 3); nothing of what is not understood."""
    try:
        validity, old, new = copyuid.split()
        return [((int(validity), was), now) for was, now in zip(_numbers(old), _numbers(new), strict=True)]
    except ValueError:
        return []


def _numbers(uid_set_said: bytes) -> list[int]:
    numbers: list[int] = []
    for part in uid_set_said.split(b","):
        first, _, last = part.partition(b":")
        low, high = sorted((int(first), int(last or first)))
        if high - low + len(numbers) > LONGEST_SET:
            raise ValueError("more numbers than letters")
        numbers += range(low, high + 1)
    return numbers


def _made_trash(mailbox: Mailbox, folder: KnownFolder) -> str:
    """Make the trash the server lacks, under the name it has here; some servers allow folders in the inbox only."""
    with mailbox.work.reading() as session:
        row = session.get_one(Folder, folder.id)
        own = folder_of_role(session, row.account_id, FolderRole.TRASH)
        name, delimiter = own.name if own is not None else "Trash", row.delimiter or "/"
    if own is not None and own.on_server:  # since a moment ago
        return encode_utf7(name).decode()
    try:
        made = _create(mailbox, name)
    except Trouble as trouble:
        if not mailbox.refused(trouble):
            raise
        made = _create(mailbox, f"INBOX{delimiter}{name}")
    with mailbox.work.writing(finishing=True) as session:
        own = session.get(Folder, own.id) if own is not None else None
        if own is not None:
            own.name, own.delimiter, own.on_server = made, delimiter, True
    return encode_utf7(made).decode()


def _create(mailbox: Mailbox, name: str) -> str:
    with mailbox.library() as imap:
        imap.create_folder(encode_utf7(name))
    return name
