"""Letters as they come and go: stored exactly once, changed as the server tells, read by whom they belong to."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from webapp.storage import blobs, letter_search, uidls
from webapp.storage.arrived import Arrived, Flags, columns_of
from webapp.storage.base import rows_of
from webapp.storage.models import ChangeKind, Folder, FolderRole, Letter, LetterChange, User
from webapp.storage.once import id_inserted_once
from webapp.storage.readable import readable_by

__all__ = [
    "Arrived",
    "Flags",
    "get_visible",
    "known_uids",
    "readable_by",
    "renumbered",
    "store",
    "update_flags",
    "vanished",
]

BLUNT = {"synchronize_session": False}
PORTION = 500  # of numbers in one statement
LEAVING = (ChangeKind.TO_TRASH, ChangeKind.DELETE)


def store(session: Session, folder: Folder, arrived: Arrived, *, now: datetime | None = None) -> int | None:
    """Keep a letter that arrived and return its number; None if it is there already (or by POP3 ever was).

    A letter of which we have a row without the server's number (moved to the
    trash by us, our copy of what was sent, numbers that changed their meaning)
    is not stored again: the row gets its number.
    """
    if arrived.uidl is not None and not uidls.remember(session, folder.account_id, [arrived.uidl], now=now):
        return None
    sha256, new = (None, False) if arrived.raw is None else blobs.put_once(session, arrived.raw)
    if _numbered(session, folder, arrived, None if new else sha256):
        return None
    letter_id = id_inserted_once(session, Letter, **columns_of(folder, arrived, sha256))
    if letter_id is not None:
        letter_search.keep(session, {letter_id: arrived.facts})
    return letter_id


def get_visible(session: Session, user: User, letter_id: int) -> Letter | None:
    """Return the letter if the person may read it."""
    readable = select(Letter).join(Letter.account).where(Letter.id == letter_id, readable_by(user))
    return session.scalar(readable.options(joinedload(Letter.account), joinedload(Letter.folder)))


def known_uids(session: Session, folder: Folder) -> set[int]:
    """Return the server's numbers of the letters that are here, and of those on their way to the trash."""
    here = select(Letter.uid).where(Letter.folder_id == folder.id, Letter.uid.is_not(None))
    leaving = select(LetterChange.uid).where(LetterChange.folder_id == folder.id, _current(folder))
    leaving = leaving.where(LetterChange.kind.in_((ChangeKind.TO_TRASH, ChangeKind.DELETE)))
    return {uid for uid in session.scalars(here.union(leaving)) if uid is not None}


def vanished(session: Session, folder: Folder, uids: Collection[int]) -> int:
    """Delete what the server no longer has, and what it was still to be told of it; return how many letters."""
    gone = 0
    for portion in _portions(uids):
        changes = delete(LetterChange).where(LetterChange.folder_id == folder.id, LetterChange.uid.in_(portion))
        session.execute(changes, execution_options=BLUNT)
        letters = delete(Letter).where(Letter.folder_id == folder.id, Letter.uid.in_(portion))
        gone += rows_of(session.execute(letters, execution_options=BLUNT))
    return gone


def renumbered(session: Session, folder: Folder, uid_validity: int) -> None:
    """Forget the numbers of a folder, which mean other letters now (RFC 9051, 2.3.1.1): all of it is loaded anew.

    The rows stay and get their new numbers as their letters come; then
    `letter_changes.settle` deletes those of them that got none.
    """
    numbered = update(Letter).where(Letter.folder_id == folder.id, Letter.uid.is_not(None))
    session.execute(numbered.values(uid=None, unsettled=True), execution_options=BLUNT)
    lost = or_(LetterChange.letter_id.is_(None), LetterChange.kind.in_(LEAVING))
    changes = delete(LetterChange).where(LetterChange.folder_id == folder.id, lost)
    session.execute(changes, execution_options=BLUNT)
    folder.uid_validity, folder.uid_next, folder.modseq = uid_validity, None, None
    session.flush()


def update_flags(session: Session, folder: Folder, told: Mapping[int, Flags]) -> int:
    """Take over what the server says of letters, but for what a person changed since; return how many changed."""
    changes = select(LetterChange.uid, LetterChange.kind).where(LetterChange.folder_id == folder.id, _current(folder))
    pending = {(uid, kind) for uid, kind in session.execute(changes)}
    changed = 0
    for portion in _portions(told):
        columns = select(Letter.id, Letter.uid, Letter.seen, Letter.answered, Letter.flagged)
        for row in session.execute(columns.where(Letter.folder_id == folder.id, Letter.uid.in_(portion))).all():
            flags = told[row.uid]
            new = {"flagged": flags.flagged}
            if not pending & {(row.uid, ChangeKind.SEEN), (row.uid, ChangeKind.UNSEEN)}:
                new["seen"] = flags.seen
            if (row.uid, ChangeKind.ANSWERED) not in pending:
                new["answered"] = flags.answered
            if any(getattr(row, name) != value for name, value in new.items()):
                session.execute(update(Letter).where(Letter.id == row.id).values(new))
                changed += 1
    return changed


def _numbered(session: Session, folder: Folder, arrived: Arrived, sha256: str | None) -> bool:
    """Give our row of this letter its number, if it has none yet; `sha256` None: nobody had its bytes before."""
    if arrived.uid is None and arrived.uidl is None:
        return False
    for same in _same(folder, arrived, sha256):
        # The sum keeps the database from going through all rows of the folder.
        waiting = select(Letter.id).where(same, Letter.folder_id + 0 == folder.id)
        waiting = waiting.where(Letter.uid.is_(None), Letter.uidl.is_(None))
        letter_id = session.scalar(waiting.order_by(Letter.id).limit(1))
        if letter_id is not None and not _uid_known(session, folder, arrived.uid):
            _give_number(session, folder, arrived, letter_id)
            return True
    return False


def _give_number(session: Session, folder: Folder, arrived: Arrived, letter_id: int) -> None:
    letter = update(Letter).where(Letter.id == letter_id)
    session.execute(letter.values(uid=arrived.uid, uidl=arrived.uidl, unsettled=False))
    if arrived.uid is not None:
        changes = update(LetterChange).where(LetterChange.letter_id == letter_id)
        changes = changes.where(LetterChange.folder_id == folder.id, ~_current(folder))
        session.execute(changes.values(uid=arrived.uid, uid_validity=folder.uid_validity))


def _same(folder: Folder, arrived: Arrived, sha256: str | None) -> Iterator[ColumnElement[bool]]:
    """Tell by what our row of a letter is known: by its bytes, or where it may differ in them by its Message-ID."""
    if sha256 is not None:
        yield Letter.sha256 == sha256
    # Providers add lines to what they keep of sent letters; of the biggest ones we have the header only.
    if arrived.message_id and (folder.role is FolderRole.SENT or arrived.raw is None):
        yield Letter.message_id == arrived.message_id


def _uid_known(session: Session, folder: Folder, uid: int | None) -> bool:
    if uid is None:
        return False
    return session.scalar(select(Letter.id).where(Letter.folder_id == folder.id, Letter.uid == uid)) is not None


def _current(folder: Folder) -> ColumnElement[bool]:
    return LetterChange.uid_validity == folder.uid_validity


def _portions(uids: Collection[int]) -> Iterator[list[int]]:
    numbers = sorted(uids)
    for start in range(0, len(numbers), PORTION):
        yield numbers[start : start + PORTION]
