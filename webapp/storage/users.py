"""People: creating them, letting them in, what they are called, and their sign-in passwords."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.storage.browser_sessions import close_others
from webapp.storage.journal import record
from webapp.storage.keeping_out import lock_accounts_of
from webapp.storage.models import Action, BrowserSession, LinkPurpose, User
from webapp.storage.one_time_links import create_link, find_link, forget_links_of, redeem_link
from webapp.storage.passwords import hash_password, matches, outdated
from webapp.storage.roles import LastAdministrator, disable_user, enable_user, has_admin, person_leaves, set_admin
from webapp.storage.user_list import UserRow, list_users
from webapp.storage.work_under_way import end_work_of

__all__ = [
    "LastAdministrator",
    "NameTaken",
    "UserRow",
    "authenticate",
    "called",
    "change_login_name",
    "create_link",
    "create_user",
    "disable_user",
    "enable_user",
    "everybody",
    "find_link",
    "find_user",
    "folded",
    "get_user",
    "has_admin",
    "list_users",
    "person_leaves",
    "redeem_link",
    "redeem_reset",
    "rename_user",
    "set_admin",
    "set_password",
]


class NameTaken(ValueError):
    """Somebody else has this login name."""


def folded(name: str) -> str:
    """Return the form of a login name that is stored and compared: «Анна » and «анна» are one person."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def create_user(
    session: Session,
    name: str,
    display_name: str = "",
    password: str | None = None,
    *,
    is_admin: bool = False,
    language: str | None = None,
) -> User:
    """Add a person; without a password nobody can sign in until a link was used. Raises `NameTaken`."""
    if find_user(session, name) is not None:
        raise NameTaken(name)
    user = User(name=folded(name), display_name=display_name.strip() or name.strip(), is_admin=is_admin)
    user.language = language
    user.password_hash = None if password is None else hash_password(password)
    session.add(user)
    session.flush()
    return user


def find_user(session: Session, name: str) -> User | None:
    """Return the person with this login name, disabled or not."""
    if "\0" in name:  # PostgreSQL takes no text with it
        return None
    return session.scalar(select(User).where(User.name == folded(name)))


def get_user(session: Session, user_id: int) -> User | None:
    """Return the person, disabled or not."""
    return session.get(User, user_id)


def everybody(session: Session) -> Sequence[User]:
    """Return all people, by login name."""
    return session.scalars(select(User).order_by(User.name)).all()


def rename_user(session: Session, user: User, display_name: str) -> None:
    """Change the name others see; left empty it is the login name.

    The caller tells the journal, and before: a line bears the name of whoever
    acts, and nobody shall take a colleague's name without leaving their own.
    """
    user.display_name = called(display_name, user.name)
    session.flush()


def called(display_name: str, name: str) -> str:
    """Return the name others see, of what was typed for it and the login name."""
    return " ".join(display_name.split()) or name


def change_login_name(session: Session, user: User, name: str) -> None:
    """Change the name the person signs in with; sessions stay. Raises `NameTaken`. The caller tells the journal."""
    holder = find_user(session, name)
    if holder is not None and holder is not user:
        raise NameTaken(name)
    user.name = folded(name)
    session.flush()


def authenticate(session: Session, name: str, password: str) -> User | None:
    """Return the person if the password is right; an unknown name takes as long as a wrong password.

    The person's row is locked until the caller commits: a password replaced at
    this very moment opens no session that would outlive it.
    """
    user = find_user(session, name)
    known_hash = user.password_hash if user is not None and not user.disabled else None
    right = matches(known_hash, password)
    if user is None or known_hash is None or not right or not _still_has(session, user, known_hash):
        return None
    if outdated(known_hash):
        user.password_hash = hash_password(password)
    return user


def set_password(session: Session, user: User, password: str, *, keep: BrowserSession | None = None) -> None:
    """Give the person a new password; links to choose another and all sessions but `keep` end with the old one."""
    user.password_hash = hash_password(password)
    user.session_epoch += 1
    close_others(session, user, keep)
    forget_links_of(session, user)
    session.flush()


def redeem_reset(session: Session, token: str, password: str, *, now: datetime | None = None) -> User | None:
    """Use a link up to give its person a new password; None if it works no more.

    Whoever made the link could hold it, so unless that was the person, the
    person's own accounts stay locked until their mailbox passwords are typed
    and proved again (DESIGN 5.3), and passwords typed before are forgotten.
    """
    link = redeem_link(session, LinkPurpose.RESET_PASSWORD, token, now=now)
    if link is None or link.user is None or link.user.disabled:
        return None
    user, made_by_oneself = link.user, link.created_by_id == link.user_id
    set_password(session, user, password)
    record(session, Action.SIGN_IN_PASSWORD_CHANGED, by=user, subject=user.display_name, owner_id=user.id)
    if not made_by_oneself:
        end_work_of(session, user)
        lock_accounts_of(session, user, None)
    return user


def _still_has(session: Session, user: User, known_hash: str) -> bool:
    """Lock the person's row and tell whether the password that was just compared still is the person's."""
    same = update(User).where(User.id == user.id, User.password_hash == known_hash, ~User.disabled)
    return session.scalar(same.values(password_hash=known_hash).returning(User.id)) is not None
