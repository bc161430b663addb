"""The servers accounts log in to, exactly as they were proved, with the secrets glued to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.mail.settings import AuthMethod, Protocol, Security, ServerSettings
from webapp.storage.base import Base, closed_set
from webapp.storage.models.people import User


class ServerColumns:
    """What incoming and outgoing servers have in common.

    `secret` is ciphertext that opens only together with this protocol, host,
    port, security and login name (`secrets.place_of`); None = not remembered.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    protocol: Mapped[Protocol] = mapped_column(closed_set(Protocol))
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int]
    security: Mapped[Security] = mapped_column(closed_set(Security))
    auth_method: Mapped[AuthMethod] = mapped_column(closed_set(AuthMethod))
    username: Mapped[str | None] = mapped_column(String(320))
    pinned_sha256: Mapped[str | None] = mapped_column(String(64))
    secret: Mapped[str | None] = mapped_column(Text)
    proved_at: Mapped[datetime]

    def settings(self) -> ServerSettings:
        """Return the row as the value the mail layers take."""
        return ServerSettings(
            self.protocol, self.host, self.port, self.security, self.username, auth_methods=(self.auth_method,)
        )


class IncomingServer(ServerColumns, Base):
    """The server one account receives from (IMAP, POP3) or reads newsgroups on (NNTP); belongs to that account."""

    __tablename__ = "incoming_servers"


class OutgoingServer(ServerColumns, Base):
    """An SMTP server that several accounts of one owner may share; owner None = accounts for everyone.

    `version` grows with every change, so that two people editing it notice each other.
    """

    __tablename__ = "outgoing_servers"
    __table_args__ = (
        # One default per owner; two indexes, for NULL owners count as different from each other (SQL:1999).
        Index(
            "uq_outgoing_servers_default",
            "owner_id",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
        Index(
            "uq_outgoing_servers_everyone_default",
            "is_default",
            unique=True,
            sqlite_where=text("owner_id IS NULL AND is_default"),
            postgresql_where=text("owner_id IS NULL AND is_default"),
        ),
    )

    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    description: Mapped[str] = mapped_column(String(200), default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[User | None] = relationship()
