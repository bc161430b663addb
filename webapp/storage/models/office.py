"""What the administrators decided for the whole office, and the record of who did what."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.storage.base import Base, closed_set, utc_now
from webapp.storage.models.people import User
from webapp.storage.values import Value


class NetworkSettings(Base):
    """The one row of the network page. The environment's allowed networks hold beside these.

    `allowed_networks` are CIDR texts; `ispdb_url` None = as the environment says.
    """

    __tablename__ = "network_settings"

    id: Mapped[int] = mapped_column(primary_key=True)  # always 1
    allowed_networks: Mapped[tuple[str, ...]] = mapped_column(Value(tuple[str, ...]), default=())
    online_lookups: Mapped[bool] = mapped_column(Boolean, default=True)
    ispdb_url: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(default=1)


class OfficeAuthority(Base):
    """A certificate authority an administrator added: mail servers and look-ups of the whole office trust it.

    `pem` is the certificate alone, never a key; the other columns say what
    stands in it. `name` is what people call it, `sha256` its fingerprint.
    """

    __tablename__ = "office_authorities"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(300))
    issuer: Mapped[str] = mapped_column(String(300))
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    pem: Mapped[str] = mapped_column(Text)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    added_by_name: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(default=utc_now)


class Action(StrEnum):
    """What somebody did; a closed set, each with its words in `webapp.web`."""

    ACCOUNT_ADDED = "account-added"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_CHECKED = "account-checked"
    ACCOUNT_USED = "account-used"  # a person let it log in with a password kept for this session
    ACCOUNT_REMOVED = "account-removed"
    ACCOUNT_HANDED_OVER = "account-handed-over"
    ACCOUNT_FROZEN = "account-frozen"
    ACCOUNT_UNFROZEN = "account-unfrozen"
    ACCOUNT_LOCKED = "account-locked"
    PASSWORD_REPLACED = "password-replaced"  # noqa: S105 -- a mailbox's
    PASSWORD_FORGOTTEN = "password-forgotten"  # noqa: S105
    OUTGOING_SERVER_ADDED = "outgoing-server-added"
    OUTGOING_SERVER_CHANGED = "outgoing-server-changed"
    OUTGOING_SERVER_REMOVED = "outgoing-server-removed"
    USER_ADDED = "user-added"
    USER_CHANGED = "user-changed"
    USER_DISABLED = "user-disabled"
    USER_ENABLED = "user-enabled"
    USER_LEFT = "user-left"
    RESET_LINK_MADE = "reset-link-made"
    SIGN_IN_PASSWORD_CHANGED = "sign-in-password-changed"  # noqa: S105
    NETWORK_CHANGED = "network-changed"
    AUTHORITY_ADDED = "authority-added"
    AUTHORITY_REMOVED = "authority-removed"
    NOTICE_TESTED = "notice-tested"
    PROGRAM_UPGRADED = "program-upgraded"


class JournalEntry(Base):
    """One line of the journal; the database refuses to change or delete it.

    Names are copies and ids no foreign keys, so that a line outlives what it
    tells about. `details` are pairs of what changed and its words, never a
    secret. `owner_id` is the owner of the account or server meant: owners see
    their own part.
    """

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    action: Mapped[Action] = mapped_column(closed_set(Action), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)  # None: the program itself
    user_name: Mapped[str] = mapped_column(String(200), default="")
    account_id: Mapped[int | None] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(String(320))  # the address, the server's host, the person's name
    owner_id: Mapped[int | None] = mapped_column(index=True)
    details: Mapped[tuple[tuple[str, str], ...]] = mapped_column(Value(tuple[tuple[str, str], ...]), default=())
    search_key: Mapped[str] = mapped_column(String(700), default="")

    user: Mapped[User | None] = relationship()
