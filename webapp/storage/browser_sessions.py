"""Signed-in browsers as rows: the cookie carries a key, the row its hash, and signing out deletes the row."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from webapp.storage.base import utc_now
from webapp.storage.models import BrowserSession, User

LIFETIME = timedelta(days=7)
RENEWED_AFTER = timedelta(days=1)  # a row is not written with every page


def open_session(session: Session, user: User, *, now: datetime | None = None) -> tuple[BrowserSession, str]:
    """Sign a browser in; return its row and the key its cookie must carry, which nothing else holds."""
    now = now or utc_now()
    key = secrets.token_urlsafe(32)
    row = BrowserSession(user_id=user.id, key_hash=_hash(key), created_at=now, expires_at=now + LIFETIME)
    session.add(row)
    session.flush()
    return row, key


def find_session(session: Session, key: str, now: datetime | None = None) -> BrowserSession | None:
    """Return the session of a key with its person, unless it has ended or the person is disabled."""
    valid = (BrowserSession.key_hash == _hash(key), BrowserSession.expires_at > (now or utc_now()), ~User.disabled)
    found = select(BrowserSession).join(BrowserSession.user).where(*valid)
    return session.scalar(found.options(joinedload(BrowserSession.user)))


def renew(session: Session, browser_session: BrowserSession, now: datetime | None = None) -> bool:
    """Begin the lifetime anew, at most once a day; return whether anything was written.

    A session that was closed a moment ago stays closed: nothing is written then.
    """
    now = now or utc_now()
    if browser_session.expires_at > now + LIFETIME - RENEWED_AFTER:
        return False
    row = update(BrowserSession).where(BrowserSession.id == browser_session.id)
    return session.scalar(row.values(expires_at=now + LIFETIME).returning(BrowserSession.id)) is not None


def change_key(session: Session, browser_session: BrowserSession) -> str:
    """Return another key for the session; its cookie so far, and every copy of it, is worthless from now on."""
    key = secrets.token_urlsafe(32)
    row = update(BrowserSession).where(BrowserSession.id == browser_session.id)
    session.execute(row.values(key_hash=_hash(key)))
    return key


def close_session(session: Session, browser_session: BrowserSession) -> None:
    """Sign a browser out: its cookie is worthless from now on, and what only it remembered is gone."""
    session.execute(delete(BrowserSession).where(BrowserSession.id == browser_session.id))


def close_others(session: Session, user: User, keep: BrowserSession | None = None) -> None:
    """Sign the person out of every browser but one, or of all."""
    others = delete(BrowserSession).where(BrowserSession.user_id == user.id)
    session.execute(others if keep is None else others.where(BrowserSession.id != keep.id))


def forget_expired(session: Session, *, now: datetime | None = None) -> None:
    """Delete the sessions whose time is over, with what they remembered."""
    expired = BrowserSession.expires_at <= (now or utc_now())
    if session.scalar(select(BrowserSession.id).where(expired).limit(1)) is not None:  # usually no write lock
        session.execute(delete(BrowserSession).where(expired))


def _hash(key: str) -> str:
    # A random key of 256 bits needs no slow hash.
    return hashlib.sha256(key.encode()).hexdigest()
