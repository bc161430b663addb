"""The certificates people accepted although nobody vouches for them: each for one account and one place."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.net.problems import CertificateFacts
from webapp.storage.base import Base
from webapp.storage.models.people import User
from webapp.storage.values import Value

if TYPE_CHECKING:
    from webapp.storage.models.accounts import Account


class AcceptedCertificate(Base):
    """One certificate that one account accepts at one place (`host:port`); no other account is helped by it.

    That is so even where accounts share an outgoing server: its own
    `pinned_sha256` only tells how it was proved last. `facts`, who and when are
    None for what was accepted before they were written down.
    """

    __tablename__ = "accepted_certificates"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(String(270), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    facts: Mapped[CertificateFacts | None] = mapped_column(Value(CertificateFacts))
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    accepted_at: Mapped[datetime | None]

    account: Mapped["Account"] = relationship(back_populates="accepted")
    accepted_by: Mapped[User | None] = relationship()
