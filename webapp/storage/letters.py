"""Letters as they come and go: stored exactly once, changed as the server tells, read by whom they belong to."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, true, update
from sqlalchemy.orm import Session, joinedload

from webapp.mail.messages.facts import LetterFacts
from webapp.storage import blobs, letter_search, uidls
from webapp.storage.letter_search import fitting
from webapp.storage.models import Account, ChangeKind, Folder, FolderRole, Letter, LetterChange, User
from webapp.storage.once import id_inserted_once

BLUNT = {"synchronize_session": False}
PORTION = 500  # of numbers in one statement
TAKES_BACK = (FolderRole.TRASH, FolderRole.SENT)  # folders where a row of ours may stand before the server's letter
LONGEST = {
    "message_id": 500,
    "in_reply_to": 500,
    "references": 8000,
    "sender_name": 320,
    "sender_address": 320,
    "recipients": 8000,
    "subject": 1000,
    "snippet": 300,
}


@dataclass(frozen=True)
class Flags:
    """What the server says of a letter."""

    seen: bool = False
    answered: bool = False
    flagged: bool = False


@dataclass(frozen=True)
class Arrived:
    """One letter as it came; `raw` None: it is too big, only its header was loaded, of which `facts` tell.

    IMAP knows a letter by `uid`, POP3 by `uidl` (a key of `uidls`); one with neither is a copy of our own.
    """

    size: int
    received_at: datetime
    facts: LetterFacts
    raw: bytes | None = field(repr=False)
    uid: int | None = None
    uidl: str | None = None
    flags: Flags = Flags()


def store(session: Session, folder: Folder, arrived: Arrived) -> int | None:
    """Keep a letter that arrived and return its number; None if it is there already (or by POP3 ever was).

    A letter moved here by us, or left here as our own copy, is not stored
    again: its row gets the server's number.
    """
    if arrived.uidl is not None and not uidls.remember(session, folder.account_id, [arrived.uidl]):
        return None
    sha256 = blobs.put(session, arrived.raw) if arrived.raw is not None else None
    expected = _expected(session, folder, arrived, sha256)
    if expected is not None:
        expected.uid = arrived.uid
        session.flush()
        return None
    letter_id = id_inserted_once(session, Letter, _columns(folder, arrived, sha256))
    if letter_id is not None:
        letter_search.keep(session, letter_id, arrived.facts)
    return letter_id


def get_visible(session: Session, user: User, letter_id: int) -> Letter | None:
    """Return the letter if the person may read it."""
    readable = select(Letter).join(Letter.account).where(Letter.id == letter_id, readable_by(user))
    return session.scalar(readable.options(joinedload(Letter.account), joinedload(Letter.folder)))


def readable_by(user: User) -> ColumnElement[bool]:
    """Tell of accounts whether the person may read their letters: their own, and those for everyone.

    Nobody reads the letters of an account that is frozen or locked: whoever
    reset a sign-in password must not come to the letters by it (DESIGN 5.3).
    What comes back to the system account tells of everybody; unless people may
    send with it, it is the administrators' to read.
    """
    awake = and_(Account.frozen.is_(False), Account.locked.is_(False))
    told_to_all = true() if user.is_admin else or_(Account.is_system.is_(False), Account.people_may_send)
    return and_(awake, or_(and_(Account.owner_id.is_(None), told_to_all), Account.owner_id == user.id))


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
        letters = delete(Letter).where(Letter.folder_id == folder.id, Letter.uid.in_(portion)).returning(Letter.id)
        gone += len(session.scalars(letters, execution_options=BLUNT).all())
    return gone


def renumbered(session: Session, folder: Folder, uid_validity: int) -> None:
    """Empty a folder whose numbers mean other letters now (RFC 9051, 2.3.1.1); they are loaded anew.

    What the server was still to be told of the old numbers is lost with them.
    """
    session.execute(delete(LetterChange).where(LetterChange.folder_id == folder.id), execution_options=BLUNT)
    session.execute(delete(Letter).where(Letter.folder_id == folder.id), execution_options=BLUNT)
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


def _columns(folder: Folder, arrived: Arrived, sha256: str | None) -> dict[str, Any]:
    facts = arrived.facts
    texts = {name: fitting(getattr(facts, name), longest) for name, longest in LONGEST.items()}
    return texts | {
        "account_id": folder.account_id,
        "folder_id": folder.id,
        "uid": arrived.uid,
        "uidl": arrived.uidl,
        "sha256": sha256,
        "size": arrived.size,
        "sent_at": facts.sent_at,
        "received_at": arrived.received_at,
        "attachments": facts.attachments,
        "seen": arrived.flags.seen,
        "answered": arrived.flags.answered,
        "flagged": arrived.flags.flagged,
    }


def _expected(session: Session, folder: Folder, arrived: Arrived, sha256: str | None) -> Letter | None:
    """Return our row of this letter that has no number yet: moved to the trash here, or our copy of what we sent."""
    if arrived.uid is None or folder.role not in TAKES_BACK:
        return None
    same = and_(Letter.sha256.is_not(None), Letter.sha256 == sha256)
    message_id = fitting(arrived.facts.message_id, LONGEST["message_id"])
    if message_id and (sha256 is None or folder.role is FolderRole.SENT):  # providers add lines to what they keep
        same = or_(same, Letter.message_id == message_id)
    waiting = select(Letter).where(Letter.folder_id == folder.id, Letter.uid.is_(None), same)
    return session.scalar(waiting.order_by(Letter.id).limit(1))


def _current(folder: Folder) -> ColumnElement[bool]:
    return LetterChange.uid_validity == folder.uid_validity


def _portions(uids: Collection[int]) -> Iterator[list[int]]:
    numbers = sorted(uids)
    for start in range(0, len(numbers), PORTION):
        yield numbers[start : start + PORTION]
