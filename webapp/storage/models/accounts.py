"""Mail accounts and the servers they use, with the secrets glued to those servers."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.detection.types import Source
from webapp.mail.settings import AuthMethod, Protocol, Security, ServerSettings
from webapp.storage.base import Base, closed_set, utc_now
from webapp.storage.models.people import User

if TYPE_CHECKING:
    from webapp.storage.models.runs import Run


class Server(Base):
    """One server an account logs in to, exactly as it was proved.

    `secret` is ciphertext that opens only together with this protocol, host,
    port, security and login name (`secrets.belongs_to`); None = not remembered.
    """

    __tablename__ = "servers"

    id: Mapped[int] = mapped_column(primary_key=True)
    protocol: Mapped[Protocol] = mapped_column(closed_set(Protocol))
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int]
    security: Mapped[Security] = mapped_column(closed_set(Security))
    auth_method: Mapped[AuthMethod] = mapped_column(closed_set(AuthMethod))
    username: Mapped[str | None] = mapped_column(String(320))
    pinned_sha256: Mapped[str | None] = mapped_column(String(64))
    plain_consented_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    plain_consented_at: Mapped[datetime | None]
    secret: Mapped[str | None] = mapped_column(Text)
    proved_at: Mapped[datetime]

    plain_consented_by: Mapped[User | None] = relationship()

    def settings(self) -> ServerSettings:
        """Return the row as the value the mail layers take."""
        return ServerSettings(
            self.protocol, self.host, self.port, self.security, self.username, auth_methods=(self.auth_method,)
        )


class AccountState(StrEnum):
    """What a person must know about an account; the set grows with the work accounts do."""

    WORKS = "works"


class Account(Base):
    """A mail account that proved itself. `owner` None = for everyone; `address_key` is what duplicates share."""

    __tablename__ = "accounts"
    __table_args__ = (
        # Two indexes, for NULL owners count as different from each other (SQL:1999) and "everyone" is one owner.
        Index("uq_accounts_owner_address", "owner_id", "address_key", unique=True),
        Index(
            "uq_accounts_everyone_address",
            "address_key",
            unique=True,
            sqlite_where=text("owner_id IS NULL"),
            postgresql_where=text("owner_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(320))
    sender_name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(320))
    address_key: Mapped[str] = mapped_column(String(320))
    domain: Mapped[str] = mapped_column(String(255), index=True)
    for_sending: Mapped[bool]
    for_receiving: Mapped[bool]
    load_since: Mapped[date | None]
    automatic: Mapped[bool] = mapped_column(default=False)
    remember_password: Mapped[bool] = mapped_column(default=False)
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("servers.id"))
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("servers.id"))
    source: Mapped[Source] = mapped_column(closed_set(Source))
    trusted: Mapped[bool]
    state: Mapped[AccountState] = mapped_column(closed_set(AccountState), default=AccountState.WORKS)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    # accounts and runs point at each other; `use_alter` tells the sorting of tables which link to add last
    proved_run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL", use_alter=True))
    proved_at: Mapped[datetime]

    owner: Mapped[User | None] = relationship(foreign_keys=owner_id)
    created_by: Mapped[User] = relationship(foreign_keys=created_by_id)
    incoming: Mapped[Server | None] = relationship(foreign_keys=incoming_id)
    outgoing: Mapped[Server | None] = relationship(foreign_keys=outgoing_id)
    proved_run: Mapped["Run | None"] = relationship(foreign_keys=proved_run_id, viewonly=True)

    @property
    def for_everyone(self) -> bool:
        """Tell whether the account belongs to nobody in particular."""
        return self.owner_id is None
