"""Letters being written: drafts as their authors left them, and the files they will carry."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.mail.messages.file_names import safe_name
from webapp.storage import blobs
from webapp.storage.accounts import accounts_visible_to, may_send_as
from webapp.storage.base import rows_of, utc_now
from webapp.storage.models import Account, OutgoingFile, OutgoingLetter, OutgoingState, User

LARGEST_FILE = 25 * 1024 * 1024
LARGEST_FILES = 35 * 1024 * 1024  # of one letter; servers take 35 to 50 MB of what is a third more on the way
MOST_FILES = 100
UNTOUCHED_FOR = timedelta(days=1)
LONGEST_TYPE = 255
BLUNT = {"synchronize_session": False}


@dataclass(frozen=True)
class Content:
    """What a person has typed, as typed."""

    account_id: int
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    body: str = field(default="", repr=False)
    page: str = ""  # the open page it is typed in; "": nobody has typed it


@dataclass(frozen=True)
class Thread:
    """What a letter answers: the Message-IDs for its header, and the letter here that is answered then."""

    in_reply_to: str = ""
    references: str = ""
    answers_id: int | None = None


class DraftChanged(Exception):
    """Another tab was quicker, or the letter is no draft any more; `letter` has its newest values."""

    def __init__(self, letter: OutgoingLetter) -> None:
        super().__init__(f"letter {letter.id} was changed meanwhile")
        self.letter = letter


class FileLimit(StrEnum):
    """Why a file cannot be attached."""

    FILE = "file"  # it is too large by itself
    FILES = "files"  # all of them together are
    NUMBER = "number"
    EMPTY = "empty"


class FileRefused(Exception):
    """A file goes over a limit; the others of the letter stay."""

    def __init__(self, name: str, limit: FileLimit) -> None:
        super().__init__(f"a file is over the limit: {limit}")
        self.name, self.limit = name, limit


def senders(session: Session, user: User) -> list[Account]:
    """Return the accounts the person may send letters with: the default one first, then own ones, the system's last."""
    allowed = [account for account in accounts_visible_to(session, user) if may_send_as(user, account)]
    return sorted(
        allowed,
        key=lambda account: (account.id != user.default_account_id, account.owner_id is None, account.is_system),
    )


def start(
    session: Session,
    user: User,
    content: Content,
    *,
    thread: Thread | None = None,
    key: str | None = None,
    now: datetime | None = None,
) -> OutgoingLetter:
    """Return a new draft; `key` is its id, where the form it comes from already has one."""
    now, thread = now or utc_now(), thread or Thread()
    letter = OutgoingLetter(author_id=user.id, created_at=now)
    if key is not None:
        letter.id = key
    letter.in_reply_to, letter.references, letter.answers_id = thread.in_reply_to, thread.references, thread.answers_id
    _fill(letter, content, now)
    session.add(letter)
    session.flush()
    return letter


def find(session: Session, letter_id: str) -> OutgoingLetter | None:
    """Return a letter of anybody's, with what its page shows."""
    parts = (
        joinedload(OutgoingLetter.account),
        selectinload(OutgoingLetter.files),
        selectinload(OutgoingLetter.recipients),
    )
    return session.scalar(select(OutgoingLetter).where(OutgoingLetter.id == letter_id).options(*parts))


def find_mine(session: Session, user: User, letter_id: str) -> OutgoingLetter | None:
    """Return the letter if the person wrote it."""
    letter = find(session, letter_id)
    return letter if letter is not None and letter.author_id == user.id else None


def drafts_of(session: Session, user: User) -> Sequence[OutgoingLetter]:
    """Return what the person has not sent yet, the newest first."""
    mine = select(OutgoingLetter).where(
        OutgoingLetter.author_id == user.id, OutgoingLetter.state == OutgoingState.DRAFT
    )
    parts = (joinedload(OutgoingLetter.account), selectinload(OutgoingLetter.files))
    return session.scalars(mine.options(*parts).order_by(OutgoingLetter.changed_at.desc(), OutgoingLetter.id)).all()


def change(
    session: Session, letter: OutgoingLetter, seen_version: int, content: Content, *, now: datetime | None = None
) -> None:
    """Keep what was typed; raises `DraftChanged` unless it began with what is stored, or with what the same page wrote.

    A page saves by itself while somebody types: its answer may be on its way yet when they press a button.
    """
    take_turn(session, letter, seen_version, content.page)
    _fill(letter, content, now or utc_now())
    session.flush()


def take_turn(session: Session, letter: OutgoingLetter, seen_version: int, page: str = "") -> None:
    """Make the draft's next version ours; raises `DraftChanged` if `seen_version` is not the newest of another page."""
    newest = OutgoingLetter.version == seen_version
    if page:
        newest = or_(newest, OutgoingLetter.written_in == page)
    ours = update(OutgoingLetter).where(OutgoingLetter.id == letter.id, newest)
    next_one = ours.where(OutgoingLetter.state == OutgoingState.DRAFT).values(version=OutgoingLetter.version + 1)
    taken = rows_of(session.execute(next_one, execution_options=BLUNT))
    session.refresh(letter)
    if not taken:
        raise DraftChanged(letter)


def attach(session: Session, letter: OutgoingLetter, name: str, content_type: str, data: bytes) -> OutgoingFile:
    """Add a file to a draft; raises `FileRefused`."""
    size = len(data)
    others = select(func.coalesce(func.sum(OutgoingFile.size), 0), func.count())
    total, number = session.execute(others.where(OutgoingFile.letter_id == letter.id)).one()
    for over, limit in (
        (size > LARGEST_FILE, FileLimit.FILE),
        (total + size > LARGEST_FILES, FileLimit.FILES),
        (number >= MOST_FILES, FileLimit.NUMBER),
        (size == 0, FileLimit.EMPTY),
    ):
        if over:
            raise FileRefused(name, limit)
    sha256 = blobs.put(session, data)
    row = OutgoingFile(letter_id=letter.id, size=size, sha256=sha256, content_type=content_type[:LONGEST_TYPE])
    row.name = safe_name(name, row.content_type, str(number + 1))
    letter.files.append(row)
    session.flush()
    return row


def detach(session: Session, letter: OutgoingLetter, file_id: int) -> None:
    """Take a file out of a draft; harmless if it is gone already."""
    letter.files = [row for row in letter.files if row.id != file_id]
    session.flush()


def drop(session: Session, letter: OutgoingLetter) -> bool:
    """Delete a draft, or a letter that has come to its end; False for one that is on its way."""
    gone = delete(OutgoingLetter).where(OutgoingLetter.id == letter.id)
    ended = (OutgoingState.DRAFT, OutgoingState.SENT, OutgoingState.REFUSED)
    gone = gone.where(OutgoingLetter.state.in_(ended))
    session.flush()
    if not rows_of(session.execute(gone, execution_options=BLUNT)):
        return False
    session.expunge(letter)
    return True


def forget_untouched(session: Session, now: datetime) -> int:
    """Delete answers somebody began a day ago and typed nothing in; return how many."""
    begun = delete(OutgoingLetter).where(OutgoingLetter.state == OutgoingState.DRAFT, OutgoingLetter.version == 1)
    unwritten = begun.where(OutgoingLetter.written_in == "", OutgoingLetter.author_id.is_not(None))
    old = unwritten.where(OutgoingLetter.changed_at < now - UNTOUCHED_FOR)
    return rows_of(session.execute(old, execution_options=BLUNT))


def _fill(letter: OutgoingLetter, content: Content, now: datetime) -> None:
    letter.account_id = content.account_id
    letter.to, letter.cc, letter.bcc = content.to, content.cc, content.bcc
    letter.subject, letter.body = content.subject, content.body
    letter.changed_at, letter.written_in = now, content.page
