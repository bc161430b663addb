"""Lists of letters, newest first: one folder, one account or everything a person reads, a page at a time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, literal, select, tuple_
from sqlalchemy.orm import Session, defer, selectinload

from webapp.storage.letter_search import containing
from webapp.storage.models import Account, Folder, FolderRole, Letter, User
from webapp.storage.readable import readable_by

PER_PAGE = 50
ASIDE = (FolderRole.JUNK, FolderRole.TRASH)  # not in lists of several folders, unless one searches
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
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
class LetterPage:
    """The letters of one page, and where the pages beside it are, None where there is none."""

    letters: tuple[Letter, ...]
    newer: Cursor | None = None
    older: Cursor | None = None


@dataclass(frozen=True)
class Neighbours:
    """The letters beside one in its list."""

    newer_id: int | None
    older_id: int | None


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
    letters = _letters(session, user, wanted)
    if letters is None:
        return LetterPage(())
    whole = letters.options(selectinload(Letter.folder), selectinload(Letter.account), defer(Letter.references))
    rows = session.scalars(_beside(whole, cursor).limit(limit + 1)).all()
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
    letters = _letters(session, user, wanted)
    if letters is None:
        return Neighbours(None, None)
    newer, older = (_beside(letters, _at(letter, newer=newer)).limit(1) for newer in (True, False))
    return Neighbours(
        session.scalar(newer.with_only_columns(Letter.id)), session.scalar(older.with_only_columns(Letter.id))
    )


def _letters(session: Session, user: User, wanted: Wanted) -> Select[Letter] | None:
    """Return the question for the letters, None if the person may read none of them."""
    accounts = _account_ids(session, user, wanted)
    if not accounts:
        return None
    words, letters = wanted.words.strip(), select(Letter)
    if wanted.folder_id is not None:
        letters = letters.where(Letter.folder_id == wanted.folder_id)
    else:
        letters = letters.where(Letter.account_id.in_(accounts))
        if not words:
            aside = select(Folder.id).where(Folder.account_id.in_(accounts), Folder.role.in_(ASIDE))
            letters = letters.where((Letter.folder_id + 0).not_in(aside))
    if wanted.unread:
        letters = letters.where(~Letter.seen)
    return letters.where(containing(session, words)) if words else letters


def _account_ids(session: Session, user: User, wanted: Wanted) -> list[int]:
    ids = select(Account.id).where(readable_by(user))
    if wanted.account_id is not None:
        ids = ids.where(Account.id == wanted.account_id)
    if wanted.folder_id is not None:
        ids = ids.where(Account.id.in_(select(Folder.account_id).where(Folder.id == wanted.folder_id)))
    return list(session.scalars(ids))


def _beside(letters: Select[Letter], cursor: Cursor | None) -> Select[Letter]:
    place = tuple_(Letter.received_at, Letter.id)
    if cursor is None:
        return letters.order_by(Letter.received_at.desc(), Letter.id.desc())
    here = tuple_(literal(cursor.received_at, Letter.received_at.type), literal(cursor.letter_id))
    if cursor.newer:
        return letters.where(place > here).order_by(Letter.received_at, Letter.id)
    return letters.where(place < here).order_by(Letter.received_at.desc(), Letter.id.desc())


def _at(letter: Letter, *, newer: bool = False) -> Cursor:
    return Cursor(letter.received_at, letter.id, newer)
