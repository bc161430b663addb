"""The journal: who did what and when. Lines are added and read; the database refuses anything else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from webapp.storage.folding import fold
from webapp.storage.models import Account, Action, JournalEntry, User
from webapp.storage.pages import PER_PAGE, Page, within

LONGEST_DETAIL = 300
PORTION = 500


@dataclass(frozen=True)
class JournalQuery:
    """What part of the journal is wanted; `since` counts in, `until` does not. None and "" do not narrow."""

    q: str = ""
    action: Action | None = None
    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1
    per_page: int = PER_PAGE


def record(
    session: Session,
    action: Action,
    *,
    by: User | None,
    account: Account | None = None,
    subject: str | None = None,
    owner_id: int | None = None,
    details: Iterable[tuple[str, str]] = (),
) -> JournalEntry:
    """Add a line: who (None: the program itself), what, about whom or what.

    `subject` is the account's address if left out, `owner_id` the account's
    owner: the person who may read the line beside the one who acted. Lines
    about a person take that person's id. `details` are pairs of what changed
    and its new words; never a secret.
    """
    subject = subject if subject is not None else account.address if account is not None else ""
    entry = JournalEntry(
        action=action,
        user_id=None if by is None else by.id,
        user_name="" if by is None else by.display_name,
        account_id=None if account is None else account.id,
        subject=subject[:320],
        owner_id=owner_id if account is None or owner_id is not None else account.owner_id,
        details=tuple((name, words[:LONGEST_DETAIL]) for name, words in details),
    )
    entry.search_key = _search_key(entry)
    session.add(entry)
    session.flush()
    return entry


def read(session: Session, user: User, query: JournalQuery) -> Page[JournalEntry]:
    """Return a page of what the user may see, the newest first; two queries."""
    wanted = _wanted(user, query)
    total = session.scalar(select(func.count()).select_from(JournalEntry).where(wanted)) or 0
    page = within(query.page, total, query.per_page)
    newest_first = select(JournalEntry).where(wanted).order_by(JournalEntry.id.desc())
    rows = session.scalars(newest_first.limit(query.per_page).offset((page - 1) * query.per_page))
    return Page(tuple(rows), total, page, query.per_page)


def export(session: Session, user: User, query: JournalQuery) -> Iterator[JournalEntry]:
    """Yield every line the user may see, the newest first, in portions, so that a long journal fits into memory."""
    wanted = _wanted(user, query)
    below: ColumnElement[bool] = true()
    while True:
        portion = select(JournalEntry).where(wanted, below).order_by(JournalEntry.id.desc()).limit(PORTION)
        rows = session.scalars(portion).all()
        yield from rows
        if len(rows) < PORTION:
            return
        below = JournalEntry.id < rows[-1].id
        for row in rows:
            session.expunge(row)


def actors(session: Session, user: User) -> tuple[tuple[int, str], ...]:
    """Return the ids and names of the people who did something the user may see, by name: for the filter."""
    people = select(User.id, User.display_name).where(
        User.id.in_(select(JournalEntry.user_id).where(_visible_to(user)))
    )
    return tuple((row.id, row.display_name) for row in session.execute(people.order_by(User.display_key, User.id)))


def _wanted(user: User, query: JournalQuery) -> ColumnElement[bool]:
    wanted = _visible_to(user)
    for word in fold(query.q).split():
        wanted &= JournalEntry.search_key.contains(word, autoescape=True)
    if query.action is not None:
        wanted &= JournalEntry.action == query.action
    if query.user_id is not None:
        wanted &= JournalEntry.user_id == query.user_id
    if query.since is not None:
        wanted &= JournalEntry.at >= query.since
    if query.until is not None:
        wanted &= JournalEntry.at < query.until
    return wanted


def _visible_to(user: User) -> ColumnElement[bool]:
    """Return what the user may see: administrators everything, others what they did and what is theirs."""
    if user.is_admin:
        return true()
    return or_(JournalEntry.user_id == user.id, JournalEntry.owner_id == user.id)


def _search_key(entry: JournalEntry) -> str:
    words = (entry.subject, entry.user_name, *(word for _, word in entry.details))
    return fold(" ".join(words))[:700]
