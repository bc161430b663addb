"""What people do to letters: the rows change at once, and the server is told when it is next visited."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, select, update
from sqlalchemy.orm import Session, joinedload

from webapp.storage import uidls
from webapp.storage.base import rows_of
from webapp.storage.folders import own_folder
from webapp.storage.models import ChangeKind, Folder, FolderRole, Letter, LetterChange

BLUNT = {"synchronize_session": False}
# In the order the server is told: what leaves a folder has its flags by then.
ORDER = {kind: place for place, kind in enumerate(ChangeKind)}
SEEN_OR_NOT = (ChangeKind.SEEN, ChangeKind.UNSEEN)
LEAVING = (ChangeKind.TO_TRASH, ChangeKind.DELETE)


@dataclass(frozen=True)
class Change:
    """One change the server is to be told; `uid` is what the letter had in the folder asked about."""

    id: int
    kind: ChangeKind
    uid: int
    letter_id: int | None


class Place(NamedTuple):
    """Where the server has a letter."""

    folder_id: int
    uid_validity: int
    uid: int


def mark_seen(session: Session, letters: Collection[Letter], *, seen: bool = True) -> None:
    """Let letters count as read, or as unread again."""
    for letter in _held(session, letters):
        if letter.seen is not seen:
            letter.seen = seen
            _tell(session, letter, ChangeKind.SEEN if seen else ChangeKind.UNSEEN, instead_of=SEEN_OR_NOT)
    session.flush()


def mark_answered(session: Session, letters: Collection[Letter]) -> None:
    """Note that somebody answered the letters."""
    for letter in _held(session, letters):
        if not letter.answered:
            letter.answered = True
            _tell(session, letter, ChangeKind.ANSWERED, instead_of=(ChangeKind.ANSWERED,))
    session.flush()


def move_to_trash(session: Session, letters: Collection[Letter], trash_name: str) -> None:
    """Move letters to their accounts' trash, made under this name where there is none; from there they go for good.

    By POP3 the server's copy stays until the letter goes for good. By IMAP the
    row has no number in the trash until the server says which.
    """
    for letter in _held(session, letters):
        trash = own_folder(session, letter.account_id, FolderRole.TRASH, trash_name)
        if letter.folder_id == trash.id or letter.folder.role is FolderRole.TRASH:
            delete_for_good(session, [letter])
            continue
        _tell(session, letter, ChangeKind.TO_TRASH, instead_of=LEAVING)
        letter.folder, letter.uid, letter.unsettled = trash, None, False
        session.flush()


def delete_for_good(session: Session, letters: Collection[Letter]) -> None:
    """Delete letters here at once, and on the server when it is next visited."""
    for letter in _held(session, letters):
        if letter.uidl is not None:
            uidls.ask_to_delete(session, letter.account_id, [letter.uidl])
        _tell(session, letter, ChangeKind.DELETE, instead_of=tuple(ChangeKind))
        session.delete(letter)
        session.flush()


def waiting_changes(session: Session, folder: Folder) -> list[Change]:
    """Return what the server is to be told of a folder, flags first."""
    current = (LetterChange.folder_id == folder.id, LetterChange.uid_validity == folder.uid_validity)
    columns = select(LetterChange.id, LetterChange.kind, LetterChange.uid, LetterChange.letter_id)
    changes = [Change(*row) for row in session.execute(columns.where(*current).order_by(LetterChange.id))]
    return sorted(changes, key=lambda change: ORDER[change.kind])


def done(session: Session, changes: Sequence[Change]) -> None:
    """Forget what the server was told; what a person changed since stays."""
    session.execute(delete(LetterChange).where(LetterChange.id.in_([change.id for change in changes])))


def moved_somewhere(session: Session, change: Change, trash: Folder) -> None:
    """Note that the server moved a letter and did not say its number: it is known again when the trash is loaded."""
    done(session, [change])
    waits = (Letter.id == change.letter_id, Letter.folder_id == trash.id, Letter.uid.is_(None))
    session.execute(update(Letter).where(*waits).values(unsettled=True), execution_options=BLUNT)


def moved(session: Session, folder: Folder, change: Change, trash: Folder, uid: int) -> None:
    """Take down the number a letter got in the trash (COPYUID, RFC 4315); what was changed since goes there as well."""
    done(session, [change])
    since = _at(Place(folder.id, folder.uid_validity or 0, change.uid))
    place = {"folder_id": trash.id, "uid_validity": trash.uid_validity, "uid": uid}
    session.execute(update(LetterChange).where(since).values(place), execution_options=BLUNT)
    letter = session.get(Letter, change.letter_id) if change.letter_id is not None else None
    taken = select(Letter.id).where(Letter.folder_id == trash.id, Letter.uid == uid)
    if letter is not None and letter.folder_id == trash.id and session.scalar(taken) is None:
        letter.uid = uid
    session.flush()


def settle(session: Session, folder: Folder, since: datetime | None = None) -> int:
    """Delete the letters of a server's folder that were to get another number there and got none; return how many.

    To be called when all of the folder was loaded, from this moment on. A
    letter without a number that is not `unsettled` may be nowhere else: a copy
    of what was sent, what came from an earlier server or by POP3.
    """
    if not folder.on_server:
        return 0
    on_its_way = exists().where(LetterChange.letter_id == Letter.id, LetterChange.kind == ChangeKind.TO_TRASH)
    lost = delete(Letter).where(Letter.folder_id == folder.id, Letter.unsettled, Letter.uid.is_(None), ~on_its_way)
    if since is not None:
        lost = lost.where(Letter.received_at >= since)
    return rows_of(session.execute(lost, execution_options=BLUNT))


def _held(session: Session, letters: Collection[Letter]) -> Sequence[Letter]:
    """Return letters as they are now, and keep them so until this transaction ends; those gone are left out.

    A receiving worker may have moved or deleted them since the page was drawn.
    """
    these = Letter.id.in_([letter.id for letter in letters])
    session.execute(update(Letter).where(these).values(size=Letter.size), execution_options=BLUNT)
    now = select(Letter).where(these).options(joinedload(Letter.folder)).order_by(Letter.id)
    return session.scalars(now.execution_options(populate_existing=True)).all()


def _tell(session: Session, letter: Letter, kind: ChangeKind, instead_of: Sequence[ChangeKind]) -> None:
    """Leave a change for the server, which knows the letter by IMAP only; the newest of its kind counts."""
    place = _place_of(session, letter)
    if place is None:
        return
    older = delete(LetterChange).where(_at(place), LetterChange.kind.in_(instead_of))
    session.execute(older, execution_options=BLUNT)
    letter_id = letter.id if kind is not ChangeKind.DELETE else None
    session.add(LetterChange(letter_id=letter_id, kind=kind, **place._asdict()))


def _place_of(session: Session, letter: Letter) -> Place | None:
    """Return where the server has the letter now: in its folder, or still where it is to be moved away from."""
    if letter.uid is not None and letter.folder.uid_validity is not None:
        return Place(letter.folder_id, letter.folder.uid_validity, letter.uid)
    leaving = select(LetterChange.folder_id, LetterChange.uid_validity, LetterChange.uid)
    row = session.execute(leaving.where(LetterChange.letter_id == letter.id).limit(1)).first()
    return None if row is None else Place(*row)


def _at(place: Place) -> ColumnElement[bool]:
    return and_(
        LetterChange.folder_id == place.folder_id,
        LetterChange.uid_validity == place.uid_validity,
        LetterChange.uid == place.uid,
    )
