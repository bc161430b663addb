"""An account or a server that is being set up or changed: what was typed, and for half an hour the password."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.mail.settings import Direction
from webapp.storage.base import Base, closed_set, new_token, utc_now
from webapp.storage.models.accounts import Account, AccountKind
from webapp.storage.models.people import BrowserSession, User
from webapp.storage.models.servers import OutgoingServer
from webapp.storage.values import Value


class DraftAim(StrEnum):
    """What a draft becomes when a run of purpose SAVE has proved it."""

    NEW_ACCOUNT = "new-account"
    ACCOUNT = "account"  # changes the account `Draft.account_id`, also the system account's first set-up
    OUTGOING_SERVER = "outgoing-server"  # adds or changes an outgoing server; `Draft.account_id` proves it


@dataclass(frozen=True)
class DraftDetails:
    """Everything of the form that is neither a server nor a secret.

    `language` is the one the trial letter is written in; `title` None = named
    after the address; `owner_id` is set when the account is handed over to
    another person; `description` names an outgoing server.
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
    kind: AccountKind = AccountKind.MAIL
    reply_to: str | None = None
    signature: str = ""
    keep_on_server: bool = True
    delete_after_days: int | None = None
    owner_id: int | None = None
    description: str | None = None


class Draft(Base):
    """One setting-up or changing, from the form to the saved rows, over any number of runs.

    `secret` is the ciphertext of the `Credentials` typed in this draft, never
    of stored ones; it is wiped when the draft ends and at `secret_expires_at`,
    whichever comes first. `account_id` is the account this is about: the one
    being changed, or the one it became. `account_version` and
    `outgoing_version` are those the person saw when the change began.
    `outgoing_id` names an outgoing server that exists: the one being changed
    (aim OUTGOING_SERVER) or chosen (other aims); None = one of its own.
    `session_id` is the browser that began it: what is remembered only there
    may be used by its runs.
    """

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_token)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("browser_sessions.id", ondelete="SET NULL"))
    aim: Mapped[DraftAim] = mapped_column(closed_set(DraftAim), default=DraftAim.NEW_ACCOUNT)
    details: Mapped[DraftDetails] = mapped_column(Value(DraftDetails))
    secret: Mapped[str | None] = mapped_column(Text)
    secret_expires_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]
    saved: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    account_version: Mapped[int | None]
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_servers.id", ondelete="SET NULL"))
    outgoing_version: Mapped[int | None]

    user: Mapped[User] = relationship()
    session: Mapped[BrowserSession | None] = relationship()
    account: Mapped[Account | None] = relationship()
    outgoing: Mapped[OutgoingServer | None] = relationship()


class SessionSecret(Base):
    """A mailbox password that only one browser session remembers; gone with it.

    `secret` is ciphertext glued to the session and to the server's place
    (`secrets.place_of`), like a stored one.
    """

    __tablename__ = "session_secrets"

    session_id: Mapped[int] = mapped_column(ForeignKey("browser_sessions.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True)
    direction: Mapped[Direction] = mapped_column(closed_set(Direction), primary_key=True)
    secret: Mapped[str] = mapped_column(Text)
