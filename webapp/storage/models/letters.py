"""What accounts receive: folders, letters, and the bytes letters and attachments are kept as, once each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.storage.base import Base, closed_set, utc_now
from webapp.storage.models.accounts import Account


class FolderRole(StrEnum):
    """What a folder is for (RFC 6154), in the order a tree shows them."""

    INBOX = "inbox"
    DRAFTS = "drafts"
    SENT = "sent"
    ARCHIVE = "archive"
    JUNK = "junk"
    TRASH = "trash"
    OTHER = "other"


class Blob(Base):
    """Bytes known by their SHA-256 (lower-case hex) and kept once, however many letters have them."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(default=utc_now)


class BlobPiece(Base):
    """One piece of a blob, 256 KiB at most, so that nobody ever needs the whole in memory."""

    __tablename__ = "blob_pieces"

    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Folder(Base):
    """One folder of an account: the server's (IMAP), or ours where the server has none (POP3, sending only).

    `name` is the whole path as people read it, parts joined by `delimiter`;
    `uid_next` is the first UID not looked at yet under `uid_validity`
    (RFC 9051, 2.3.1.1); `waiting` counts letters still to be loaded. A folder
    the server no longer lists goes with its letters.
    """

    __tablename__ = "folders"
    __table_args__ = (Index("uq_folders_account_name", "account_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(1000))
    delimiter: Mapped[str] = mapped_column(String(4), default="")
    role: Mapped[FolderRole] = mapped_column(closed_set(FolderRole), default=FolderRole.OTHER)
    on_server: Mapped[bool] = mapped_column(default=True)
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    uid_next: Mapped[int | None] = mapped_column(BigInteger)
    modseq: Mapped[int | None] = mapped_column(BigInteger)  # CONDSTORE (RFC 7162); None = the server has none
    waiting: Mapped[int] = mapped_column(default=0)

    account: Mapped[Account] = relationship()


def _unread(name: str, where: str) -> Index:
    return Index(name, where, "received_at", "id", sqlite_where=text("seen = 0"), postgresql_where=text("NOT seen"))


class Letter(Base):
    """One letter in one folder. `uid` is the server's (IMAP), `uidl` the key it is known by (POP3).

    `blob` None: the letter is over the size limit and only its header was
    loaded. `seen` is what the person last said or the server last told;
    `change` is what the server must still be told. Names and subject are
    decoded, one line, capped. `received_at` is the server's own time
    (INTERNALDATE) where it has one. `unsettled`: the server had it, under a
    number that holds no more, and is still to say the new one.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("uq_letters_folder_uid", "folder_id", "uid", unique=True),
        Index("ix_letters_folder_received", "folder_id", "received_at", "id"),
        Index("ix_letters_account_received", "account_id", "received_at", "id"),
        # What is unread is little, and is counted and listed on every page.
        _unread("ix_letters_folder_unread", "folder_id"),
        _unread("ix_letters_account_unread", "account_id"),
        {"sqlite_autoincrement": True},  # a number in a link never comes to mean another letter
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    folder_id: Mapped[int] = mapped_column(ForeignKey("folders.id", ondelete="CASCADE"))
    uid: Mapped[int | None] = mapped_column(BigInteger)
    uidl: Mapped[str | None] = mapped_column(String(200))
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    size: Mapped[int]
    message_id: Mapped[str] = mapped_column(String(500), default="", index=True)
    in_reply_to: Mapped[str] = mapped_column(String(500), default="")
    references: Mapped[str] = mapped_column(Text, default="")
    sender_name: Mapped[str] = mapped_column(String(320), default="")
    sender_address: Mapped[str] = mapped_column(String(320), default="")
    recipients: Mapped[str] = mapped_column(Text, default="")  # To and Cc as one line for people
    subject: Mapped[str] = mapped_column(String(1000), default="")
    snippet: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[datetime | None]  # as its Date header claims
    received_at: Mapped[datetime]
    attachments: Mapped[int] = mapped_column(default=0)
    seen: Mapped[bool] = mapped_column(default=False)
    answered: Mapped[bool] = mapped_column(default=False)
    flagged: Mapped[bool] = mapped_column(default=False)
    unsettled: Mapped[bool] = mapped_column(default=False)
    stored_at: Mapped[datetime] = mapped_column(default=utc_now)

    account: Mapped[Account] = relationship()
    folder: Mapped[Folder] = relationship()


class ChangeKind(StrEnum):
    """What a person did to a letter that the server must still be told."""

    SEEN = "seen"
    UNSEEN = "unseen"
    ANSWERED = "answered"
    TO_TRASH = "to-trash"
    DELETE = "delete"  # for good


class LetterChange(Base):
    """One change on its way to the IMAP server; the newest of a kind counts.

    Folder and `uid` say where the server has the letter until it has been
    told; they outlive the letter's row, which may stand in the trash already.
    """

    __tablename__ = "letter_changes"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 -- what was done must not take a newer one along

    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("folders.id", ondelete="CASCADE"), index=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="SET NULL"), index=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[ChangeKind] = mapped_column(closed_set(ChangeKind))
    made_at: Mapped[datetime] = mapped_column(default=utc_now)


class KnownUidl(Base):
    """One letter a POP3 server has shown us, so that it is loaded once only, also after it was deleted here.

    `key` is the UIDL, with the hash of the header beside it where a server repeats itself.
    """

    __tablename__ = "known_uidls"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    first_seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    delete_asked: Mapped[bool] = mapped_column(default=False)  # the person deleted the letter here
