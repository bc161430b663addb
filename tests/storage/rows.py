"""Accounts as rows, for tests that do not care how they were proved."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.storage.models import Account, User

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def account_row(session: Session, owner: User | None = None, address: str = "anna@uspeh.test", **more: Any) -> Account:
    """Return a stored account that works, unless said otherwise."""
    fields = {
        "title": address,
        "sender_name": "Анна",
        "address_key": address,
        "domain": address.rpartition("@")[2],
        "for_sending": True,
        "for_receiving": True,
        "remember_password": True,
        "proved_at": NOON,
    }
    account = Account(owner_id=owner.id if owner else None, address=address, **(fields | more))
    session.add(account)
    session.flush()
    return account
