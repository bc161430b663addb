"""Lists of letters, newest first: one folder, one account or everything a person reads, a page at a time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, exists, literal, select, tuple_
from sqlalchemy.orm import Session, defer, joinedload

from webapp.storage.letter_search import containing
from webapp.storage.models import Account, Folder, FolderRole, Letter, User
from webapp.storage.readable import readable_by

PER_PAGE = 50
ASIDE = (FolderRole.JUNK, FolderRole.TRASH)  # not in lists of several folders, unless one searches
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# What a row of a list needs beside the letter itself.
WHOLE = (
    joinedload(Letter.folder).load_only(Folder.name, Folder.delimiter, Folder.role),
    joinedload(Letter.account).load_only(Account.title, Account.address, Account.is_system),
    defer(Letter.references),
)
CURSOR = re.compile(r"([on])(-?\d{1,18})-(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Wanted:
    """What letters a list is about; None and "" do not narrow."""

    account_id: int | None = None
    folder_id: int | None = None
    unread: bool = False
    words: str = ""


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: with what is older than a letter, or ends: with what is newer. Its text fits a URL."""

    received_at: datetime
    letter_id: int
    newer: bool = False

    def __str__(self) -> str:
        return f"{'n' if self.newer else 'o'}{(self.received_at - EPOCH) // MICROSECOND}-{self.letter_id}"


@dataclass(frozen=True)
class Neighbours:
    """The letters beside one in its list."""

    newer_id: int | None
    older_id: int | None


@dataclass(frozen=True)
class LetterPage:
    """The letters of one page, and where the pages beside it are, None where there is none."""

    letters: tuple[Letter, ...]
    newer: Cursor | None = None
    older: Cursor | None = None

    def neighbours_of(self, letter: Letter) -> Neighbours | None:
        """Return the letters beside one of the page; None where the page does not tell: `neighbours` does."""
        ids = [one.id for one in self.letters]
        if letter.id not in ids:
            return None
        place = ids.index(letter.id)
        newer_id, older_id = [None, *ids][place], [*ids, None][place + 1]
        if (newer_id is None and self.newer) or (older_id is None and self.older):
            return None
        return Neighbours(newer_id, older_id)


def cursor_from(written: str | None) -> Cursor | None:
    """Return the cursor a URL names, None for none and for rubbish."""
    parts = CURSOR.fullmatch(written or "")
    if parts is None:
        return None
    kind, moment, letter_id = parts.groups()
    try:
        return Cursor(EPOCH + int(moment) * MICROSECOND, int(letter_id), kind == "n")
    except OverflowError:  # in a year nobody has a date for
        return None


def page(
    session: Session, user: User, wanted: Wanted, cursor: Cursor | None = None, limit: int = PER_PAGE
) -> LetterPage:
    """Return the letters of a page: the newest ones, or those beside the cursor.

    Where too few newer ones are left to fill a page, and where nothing older
    is left at all, it is the first page.
    """
    # Numbers first: with folders and accounts joined to it, SQLite would no longer end with an account when what
    # it gives is too old, and sort all its letters.
    numbers = _beside(_numbers(session, user, wanted), cursor).limit(limit + 1)
    letters = session.scalars(select(Letter).where(Letter.id.in_(numbers)).options(*WHOLE))
    rows = sorted(letters, key=_place, reverse=cursor is None or not cursor.newer)
    more, shown = len(rows) > limit, tuple(rows[:limit])
    if cursor is None:
        return LetterPage(shown, None, _at(shown[-1]) if more else None)
    if not shown or (cursor.newer and not more):
        return page(session, user, wanted, None, limit)
    if cursor.newer:
        return LetterPage(shown[::-1], _at(shown[-1], newer=True), _at(shown[0]))
    return LetterPage(shown, _at(shown[0], newer=True), _at(shown[-1]) if more else None)


def neighbours(session: Session, user: User, wanted: Wanted, letter: Letter) -> Neighbours:
    """Return the letters before and after one in a list; it need not be in the list itself any more."""
    numbers = _numbers(session, user, wanted)
    newer, older = (_beside(numbers, _at(letter, newer=newer)).limit(1) for newer in (True, False))
    return Neighbours(*session.execute(select(newer.scalar_subquery(), older.scalar_subquery())).one())


def _numbers(session: Session, user: User, wanted: Wanted) -> Select[int]:
    """Return the question for the numbers of the letters, of those the person may read."""
    accounts = select(Account.id).where(readable_by(user))
    if wanted.account_id is not None:
        accounts = accounts.where(Account.id == wanted.account_id)
    words, letters = wanted.words.strip(), select(Letter.id)
    if wanted.folder_id is not None:
        readable = exists().where(Folder.id == wanted.folder_id, Folder.account_id.in_(accounts))
        letters = letters.where(Letter.folder_id == wanted.folder_id, readable)
    elif wanted.account_id is not None:
        letters = letters.where(Letter.account_id == wanted.account_id, accounts.exists())
    else:
        letters = letters.where(Letter.account_id.in_(accounts))
    if wanted.folder_id is None and not words:
        aside = select(Folder.id).where(Folder.account_id.in_(accounts), Folder.role.in_(ASIDE))
        letters = letters.where((Letter.folder_id + 0).not_in(aside))
    if wanted.unread:
        letters = letters.where(~Letter.seen)
    return letters.where(containing(session, words)) if words else letters


def _beside(letters: Select[int], cursor: Cursor | None) -> Select[int]:
    place = tuple_(Letter.received_at, Letter.id)
    if cursor is None:
        return letters.order_by(Letter.received_at.desc(), Letter.id.desc())
    here = tuple_(literal(cursor.received_at, Letter.received_at.type), literal(cursor.letter_id))
    if cursor.newer:
        return letters.where(place > here).order_by(Letter.received_at, Letter.id)
    return letters.where(place < here).order_by(Letter.received_at.desc(), Letter.id.desc())


def _place(letter: Letter) -> tuple[datetime, int]:
    return letter.received_at, letter.id


def _at(letter: Letter, *, newer: bool = False) -> Cursor:
    return Cursor(letter.received_at, letter.id, newer)
