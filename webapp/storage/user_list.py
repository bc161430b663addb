"""The list of people, page by page."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from webapp.storage.folding import fold
from webapp.storage.models import Account, User
from webapp.storage.pages import PER_PAGE, Page, within


@dataclass(frozen=True)
class UserRow:
    """A person, and how many accounts are that person's own."""

    user: User
    accounts: int


def list_users(session: Session, q: str = "", page: int = 1, *, per_page: int = PER_PAGE) -> Page[UserRow]:
    """Return the people whose name or login name holds every word, by name; two queries."""
    wanted = _wanted(q)
    total = session.scalar(select(func.count()).select_from(User).where(wanted)) or 0
    page = within(page, total, per_page)
    own = select(func.count()).where(Account.owner_id == User.id).correlate(User).scalar_subquery()
    people = select(User, own).where(wanted).order_by(User.display_key, User.name)
    rows = session.execute(people.limit(per_page).offset((page - 1) * per_page))
    return Page(tuple(UserRow(user, accounts) for user, accounts in rows), total, page, per_page)


def _wanted(q: str) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = true()
    login_key = func.replace(User.name, "ё", "е")  # the rest of folding is done in it already
    for word in fold(q).split():
        wanted &= or_(User.display_key.contains(word, autoescape=True), login_key.contains(word, autoescape=True))
    return wanted
