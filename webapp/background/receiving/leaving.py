"""Letters leave a folder on the server: to the trash, or for good."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.background.receiving.known_folder import KnownFolder, known_folder
from webapp.background.receiving.mailbox import LARGEST_UID, Mailbox, uid_set
from webapp.mail.imap_commands import encode_utf7
from webapp.net.problems import Trouble
from webapp.storage.folders import own_folder
from webapp.storage.letter_changes import Change, moved, moved_somewhere
from webapp.storage.models import Folder, FolderRole

LONGEST_SET = 1000  # numbers a COPYUID may stand for: no more than were asked for
TRASH = "Trash"  # where nobody has given it a name


@dataclass(frozen=True)
class Numbers:
    """The numbers letters got where they went, by the ones they had; `uid_validity` None: the server does not say."""

    uid_validity: int | None
    new: dict[int, int]


def leave(
    mailbox: Mailbox,
    folder: KnownFolder,
    folders: Sequence[KnownFolder],
    changes: Sequence[Change],
) -> None:
    """Move letters to the trash, and take down which numbers they got there if the server says so."""
    trash = next((one for one in folders if one.role is FolderRole.TRASH), None) or _made_trash(mailbox, folder)
    numbers = _moved(mailbox, [change.uid for change in changes], trash.wire_name)
    with mailbox.work.writing(finishing=True) as session:
        row, there = session.get_one(Folder, folder.id), session.get_one(Folder, trash.id)
        if there.uid_validity is None:
            there.uid_validity = numbers.uid_validity  # it was made a moment ago
        told = numbers.new if there.uid_validity == numbers.uid_validity else {}
        for change in changes:
            number = told.get(change.uid)
            if number is not None:
                moved(session, row, change, there, number)
                continue
            moved_somewhere(session, change, there)


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


def _moved(mailbox: Mailbox, uids: Sequence[int], wire_name: str) -> Numbers:
    with mailbox.library() as imap:
        move = imap.move if mailbox.can("MOVE") else imap.copy
        move(uid_set(uids), wire_name)
        _, said = imap._imap.response("COPYUID")  # the library shows it nowhere else
    if move == imap.copy:
        expunge(mailbox, uids)
    return next((numbers for words in said or () if (numbers := _numbers_of(words)) is not None), Numbers(None, {}))


def _numbers_of(copyuid: bytes | None) -> Numbers | None:
    """Read `1511554416 142,399 41:42` (RFC 4315, 3); None for what is not understood."""
    try:
        validity, old, new = (copyuid or b"").split()
        (uid_validity,) = _numbers(validity)
        return Numbers(uid_validity, dict(zip(_numbers(old), _numbers(new), strict=True)))
    except ValueError:
        return None


def _numbers(uid_set_said: bytes) -> list[int]:
    numbers: list[int] = []
    for part in uid_set_said.split(b","):
        first, _, last = part.partition(b":")
        low, high = sorted((int(first), int(last or first)))
        if not 0 < low <= high <= LARGEST_UID or high - low + len(numbers) > LONGEST_SET:
            raise ValueError("no numbers of letters")
        numbers += range(low, high + 1)
    return numbers


def _made_trash(mailbox: Mailbox, folder: KnownFolder) -> KnownFolder:
    """Make the trash the server lacks, under the name it has here; some servers allow folders in the inbox only."""
    with mailbox.work.writing() as session:
        beside = session.get_one(Folder, folder.id)
        own = own_folder(session, beside.account_id, FolderRole.TRASH, TRASH)
        trash, name, delimiter = known_folder(own, _wire_name(own.name)), own.name, beside.delimiter or "/"
        there = own.on_server
    if there:  # made a moment ago
        return trash
    try:
        _create(mailbox, name)
    except Trouble as trouble:
        if not mailbox.refused(trouble):
            raise
        name = f"INBOX{delimiter}{name}"
        _create(mailbox, name)
    with mailbox.work.writing(finishing=True) as session:
        own = session.get_one(Folder, trash.id)
        own.name, own.delimiter, own.on_server = name, delimiter, True
    return replace(trash, wire_name=_wire_name(name))


def _create(mailbox: Mailbox, name: str) -> None:
    with mailbox.library() as imap:
        imap.create_folder(_wire_name(name))


def _wire_name(name: str) -> str:
    return encode_utf7(name).decode()
