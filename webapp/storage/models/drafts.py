"""An account that is being set up: what the person typed, and for half an hour the password."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.storage.base import Base, new_token, utc_now
from webapp.storage.models.people import User
from webapp.storage.values import Value


@dataclass(frozen=True)
class DraftDetails:
    """Everything of the form that is neither a server nor a secret.

    `language` is the one the trial letter is written in; `title` None = named after the address.
    """

    address: str
    sender_name: str
    for_sending: bool = True
    for_receiving: bool = True
    for_everyone: bool = False
    load_since: date | None = None
    automatic: bool = False
    remember_password: bool = True
    by_hand: bool = False
    language: str = "ru"
    title: str | None = None


class Draft(Base):
    """One setting-up of an account, from the form to the saved account, over any number of runs.

    `secret` is the ciphertext of the draft's `Credentials`; it is wiped when
    the draft ends and at `secret_expires_at`, whichever comes first.
    """

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_token)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    details: Mapped[DraftDetails] = mapped_column(Value(DraftDetails))
    secret: Mapped[str | None] = mapped_column(Text)
    secret_expires_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))

    user: Mapped[User] = relationship()
