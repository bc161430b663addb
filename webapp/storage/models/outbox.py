"""What people and the program write: drafts, the outbox, who was to get a letter and what became of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.net.problems import Problem
from webapp.storage.base import Base, closed_set, new_token, utc_now
from webapp.storage.models.accounts import Account
from webapp.storage.models.people import User
from webapp.storage.values import Value


class OutgoingState(StrEnum):
    """The life of a letter of ours. Nothing leaves IN_DOUBT but by a person's word."""

    DRAFT = "draft"
    QUEUED = "queued"  # waits for its turn, for a password, or for the next try
    SENDING = "sending"
    IN_DOUBT = "in-doubt"  # handed over, and no answer came: the server may have taken it
    SENT = "sent"
    REFUSED = "refused"  # the server will not have it: retrying is no use


class OutgoingLetter(Base):
    """One letter being written or on its way out.

    `author` None = the program itself. From QUEUED on `sha256` is the finished
    letter (without Bcc) and nothing of it changes any more; `handed_over_at` is
    written before the last line of DATA goes out, so that a crash in between
    is seen as doubt and never sent twice.
    """

    __tablename__ = "outgoing_letters"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_token)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    state: Mapped[OutgoingState] = mapped_column(closed_set(OutgoingState), default=OutgoingState.DRAFT, index=True)
    to: Mapped[str] = mapped_column(Text, default="")  # as typed
    cc: Mapped[str] = mapped_column(Text, default="")
    bcc: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(String(1000), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[str] = mapped_column(String(500), default="")
    in_reply_to: Mapped[str] = mapped_column(String(500), default="")
    references: Mapped[str] = mapped_column(Text, default="")
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="SET NULL"), index=True)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    problem: Mapped[Problem | None] = mapped_column(Value(Problem))
    tries: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    written_in: Mapped[str] = mapped_column(String(32), default="")  # the open page that changed it last
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    queued_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]  # not before then; of a sent letter: when its copy is put into Sent
    handed_over_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    kept_in_sent: Mapped[bool] = mapped_column(default=False)  # a copy stands in the folder for sent letters

    account: Mapped[Account] = relationship()
    author: Mapped[User | None] = relationship()
    recipients: Mapped[list["OutgoingRecipient"]] = relationship(
        cascade="all, delete-orphan", order_by="OutgoingRecipient.position"
    )
    files: Mapped[list["OutgoingFile"]] = relationship(cascade="all, delete-orphan", order_by="OutgoingFile.id")


class RecipientState(StrEnum):
    """What became of one recipient."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class OutgoingRecipient(Base):
    """One address of a queued letter's envelope."""

    __tablename__ = "outgoing_recipients"

    letter_id: Mapped[str] = mapped_column(ForeignKey("outgoing_letters.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(String(320), primary_key=True)
    position: Mapped[int]
    state: Mapped[RecipientState] = mapped_column(closed_set(RecipientState), default=RecipientState.WAITING)
    problem: Mapped[Problem | None] = mapped_column(Value(Problem))


class OutgoingFile(Base):
    """One attachment of a letter being written; its bytes are a blob."""

    __tablename__ = "outgoing_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[str] = mapped_column(ForeignKey("outgoing_letters.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
