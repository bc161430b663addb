"""What people agreed to send without TLS: each for one account and one place."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.storage.base import Base
from webapp.storage.models.people import User

if TYPE_CHECKING:
    from webapp.storage.models.accounts import Account


class PlainConsent(Base):
    """The consent that one account sends unencrypted to one place (`host:port`); no other account is risked by it.

    `password` False: nobody logged in there, so only letters may go that way.
    """

    __tablename__ = "plain_consents"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(String(270), primary_key=True)
    password: Mapped[bool]
    agreed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    agreed_at: Mapped[datetime]

    account: Mapped["Account"] = relationship(back_populates="plain_consents")
    agreed_by: Mapped[User] = relationship()
