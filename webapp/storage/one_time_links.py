"""The links that work once and for a day: the first set-up, and choosing a new sign-in password."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from webapp.storage.base import utc_now
from webapp.storage.journal import record
from webapp.storage.models import Action, LinkPurpose, OneTimeLink, User

LINK_LIFETIME = timedelta(hours=24)


def create_link(
    session: Session,
    purpose: LinkPurpose,
    user: User | None = None,
    *,
    created_by: User | None = None,
    now: datetime | None = None,
) -> str:
    """Return the token of a new link that works once within 24 hours; an older one of the same kind stops working.

    `created_by` None: the command line. Links to a person's password get
    their line in the journal here.
    """
    user_id = None if user is None else user.id
    _forget(session, purpose, user_id)
    token = secrets.token_urlsafe(32)
    link = OneTimeLink(purpose=purpose, token_hash=_token_hash(token), user_id=user_id)
    link.created_by_id = None if created_by is None else created_by.id
    link.expires_at = (now or utc_now()) + LINK_LIFETIME
    session.add(link)
    session.flush()
    if user is not None:
        record(session, Action.RESET_LINK_MADE, by=created_by, subject=user.display_name, owner_id=user.id)
    return token


def find_link(session: Session, purpose: LinkPurpose, token: str, *, now: datetime | None = None) -> OneTimeLink | None:
    """Return the link if it still works, without using it up (for showing the page behind it)."""
    return session.scalar(select(OneTimeLink).where(*_usable(purpose, token, now or utc_now())))


def redeem_link(
    session: Session, purpose: LinkPurpose, token: str, *, now: datetime | None = None
) -> OneTimeLink | None:
    """Use the link up and return it, or None; of two simultaneous tries exactly one wins.

    For passwords take `users.redeem_reset`, which knows what else must happen.
    """
    now = now or utc_now()
    used = update(OneTimeLink).where(*_usable(purpose, token, now)).values(used_at=now).returning(OneTimeLink.id)
    link_id = session.scalar(used)
    return None if link_id is None else session.get(OneTimeLink, link_id, populate_existing=True)


def forget_links_of(session: Session, user: User) -> None:
    """Make every link of a person worthless."""
    _forget(session, LinkPurpose.RESET_PASSWORD, user.id)


def _forget(session: Session, purpose: LinkPurpose, user_id: int | None) -> None:
    session.execute(
        delete(OneTimeLink).where(OneTimeLink.purpose == purpose, OneTimeLink.user_id.is_not_distinct_from(user_id))
    )


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
