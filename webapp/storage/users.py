"""People: creating them, letting them in, and the one-time links by which they choose a password."""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from webapp.storage.base import utc_now
from webapp.storage.models import LinkPurpose, OneTimeLink, User

LINK_LIFETIME = timedelta(hours=24)
LONGEST_PASSWORD = 1024  # argon2 reads all of it: a ceiling, as for every buffer


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
    user.password_hash = None if password is None else _hasher().hash(password)
    session.add(user)
    session.flush()
    return user


def find_user(session: Session, name: str) -> User | None:
    """Return the person with this login name, disabled or not."""
    return session.scalar(select(User).where(User.name == folded(name)))


def get_active_user(session: Session, user_id: int) -> User | None:
    """Return the person unless unknown or disabled."""
    user = session.get(User, user_id)
    return None if user is None or user.disabled else user


def list_users(session: Session) -> Sequence[User]:
    """Return everybody, by login name."""
    return session.scalars(select(User).order_by(User.name)).all()


def has_admin(session: Session) -> bool:
    """Tell whether somebody can administer, that is, whether the set-up is done."""
    able = User.is_admin & ~User.disabled & User.password_hash.is_not(None)
    return session.scalar(select(User.id).where(able).limit(1)) is not None


def authenticate(session: Session, name: str, password: str) -> User | None:
    """Return the person if the password is right; an unknown name takes as long as a wrong password."""
    user = find_user(session, name)
    known_hash = user.password_hash if user is not None and not user.disabled else None
    matches = _matches(known_hash or _nobodys_hash(), password)
    if user is None or known_hash is None or not matches:
        return None
    if _hasher().check_needs_rehash(known_hash):
        user.password_hash = _hasher().hash(password)
    return user


def set_password(session: Session, user: User, password: str) -> None:
    """Give the person a new password and end the sessions opened with the old one."""
    user.password_hash = _hasher().hash(password)
    user.session_epoch += 1
    session.flush()


def create_link(
    session: Session, purpose: LinkPurpose, user: User | None = None, *, now: datetime | None = None
) -> str:
    """Return the token of a new link that works once within 24 hours; an older one of the same kind stops working."""
    now = now or utc_now()
    user_id = None if user is None else user.id
    session.execute(
        delete(OneTimeLink).where(OneTimeLink.purpose == purpose, OneTimeLink.user_id.is_not_distinct_from(user_id))
    )
    token = secrets.token_urlsafe(32)
    link = OneTimeLink(purpose=purpose, token_hash=_token_hash(token), user_id=user_id, expires_at=now + LINK_LIFETIME)
    session.add(link)
    session.flush()
    return token


def find_link(session: Session, purpose: LinkPurpose, token: str, *, now: datetime | None = None) -> OneTimeLink | None:
    """Return the link if it still works, without using it up (for showing the page behind it)."""
    return session.scalar(select(OneTimeLink).where(*_usable(purpose, token, now or utc_now())))


def redeem_link(
    session: Session, purpose: LinkPurpose, token: str, *, now: datetime | None = None
) -> OneTimeLink | None:
    """Use the link up and return it, or None; of two simultaneous tries exactly one wins."""
    now = now or utc_now()
    used = update(OneTimeLink).where(*_usable(purpose, token, now)).values(used_at=now).returning(OneTimeLink.id)
    link_id = session.scalar(used)
    return None if link_id is None else session.get(OneTimeLink, link_id, populate_existing=True)


def _usable(purpose: LinkPurpose, token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeLink.purpose == purpose,
        OneTimeLink.token_hash == _token_hash(token),
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now,
    )


def _token_hash(token: str) -> str:
    # A random token of 256 bits needs no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def _matches(known_hash: str, password: str) -> bool:
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _hasher().verify(known_hash, password)
    except VerifyMismatchError:
        return False
