"""What a POP3 server has shown us, so that a letter is loaded once only, also after it was deleted here."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, false, or_, select, update
from sqlalchemy.orm import Session

from webapp.storage.base import utc_now
from webapp.storage.models import KnownUidl
from webapp.storage.once import inserted_once

LONGEST_KEY = 200
PORTION = 500  # of keys in one statement
BLUNT = {"synchronize_session": False}


def key_of(uidl: str, header: bytes | None = None) -> str:
    """Return the key a letter is known by; where a server repeats a UIDL, its header tells the letters apart."""
    key = uidl if header is None else f"{uidl} {hashlib.sha256(header).hexdigest()}"
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def repeated(listed: Iterable[str]) -> set[str]:
    """Return the UIDLs a listing has more than once: of those, headers have to tell (RFC 1939, 7, forbids them)."""
    seen: set[str] = set()
    twice: set[str] = set()
    for uidl in listed:
        (twice if uidl in seen else seen).add(uidl)
    return twice


def known(session: Session, account_id: int) -> dict[str, KnownUidl]:
    """Return everything the server has shown us of an account, by key."""
    rows = session.scalars(select(KnownUidl).where(KnownUidl.account_id == account_id))
    return {row.key: row for row in rows}


def remember(session: Session, account_id: int, keys: Sequence[str], *, now: datetime | None = None) -> int:
    """Note that the server showed these; return how many of them are new.

    `letters.store` does so itself; by hand it is for letters that stay out, as
    those from before the account's start.
    """
    rows = [{"account_id": account_id, "key": key, "first_seen_at": now or utc_now()} for key in keys]
    return sum(inserted_once(session, KnownUidl, **row) for row in rows)


def forget(session: Session, account_id: int, keys: Collection[str]) -> None:
    """Forget what the server no longer has; should it come back, it is a new letter."""
    keys = list(keys)
    for start in range(0, len(keys), PORTION):
        gone = (KnownUidl.account_id == account_id, KnownUidl.key.in_(keys[start : start + PORTION]))
        session.execute(delete(KnownUidl).where(*gone), execution_options=BLUNT)


def ask_to_delete(session: Session, account_id: int, keys: Collection[str]) -> None:
    """Note that a person deleted these letters here: the server's copies are to go as well."""
    keys = list(keys)
    for start in range(0, len(keys), PORTION):
        asked = (KnownUidl.account_id == account_id, KnownUidl.key.in_(keys[start : start + PORTION]))
        session.execute(update(KnownUidl).where(*asked).values(delete_asked=True), execution_options=BLUNT)


def to_delete(session: Session, account_id: int, *, seen_before: datetime | None = None) -> set[str]:
    """Return the keys whose letters are to go from the server: deleted here, or first seen before a moment."""
    mine = select(KnownUidl.key).where(KnownUidl.account_id == account_id)
    too_old = false() if seen_before is None else KnownUidl.first_seen_at < seen_before
    return set(session.scalars(mine.where(or_(KnownUidl.delete_asked, too_old))))
