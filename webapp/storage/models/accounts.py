"""Mail accounts, and accounts on news servers."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    case,
    column,
    select,
    table,
    text,
    type_coerce,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship, validates

from webapp.detection.types import Source
from webapp.storage.base import Base, closed_set, utc_now
from webapp.storage.folding import fold
from webapp.storage.models.certificates import AcceptedCertificate
from webapp.storage.models.consents import PlainConsent
from webapp.storage.models.people import User
from webapp.storage.models.servers import IncomingServer, OutgoingServer

if TYPE_CHECKING:
    from webapp.storage.models.runs import Run


class AccountKind(StrEnum):
    """What an account is for: letters, or newsgroups (settings and check only)."""

    MAIL = "mail"
    NEWS = "news"


class AccountState(StrEnum):
    """What a person must know about an account, the gravest first."""

    NOT_SET_UP = "not-set-up"  # the system account before its first proof
    FROZEN = "frozen"  # its owner has left
    LOCKED = "locked"  # its owner's sign-in password was reset by somebody else (DESIGN 5.3)
    LOGIN_REFUSED = "login-refused"
    NEEDS_PASSWORD = "needs-password"  # noqa: S105 -- not remembered, so nothing runs without a person
    WAITING = "waiting"  # after trouble that is to heal by itself: it is tried again and again
    WORKS = "works"


# Rows of `models.traffic`, which knows of accounts; here they are only asked.
TRAFFIC = table("traffic", column("account_id"), column("trouble"))


def _in_trouble(account_id: Mapped[int]) -> ColumnElement[bool]:
    troubles = select(TRAFFIC.c.account_id).where(TRAFFIC.c.account_id == account_id, TRAFFIC.c.trouble.is_not(None))
    return troubles.correlate_except(TRAFFIC).exists()


class Account(Base):
    """An account that proved itself. `owner` None = for everyone; `address_key` is what duplicates share.

    The one system account is for everyone and exists from the start, with an
    empty address and without servers until it is proved (`proved_at` None).
    `version` grows with every change, so that two people editing it notice
    each other. The keys are folded forms of the names for sorting and
    searching, and follow them by themselves.
    """

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
        Index(
            "uq_accounts_system",
            "is_system",
            unique=True,
            sqlite_where=text("is_system"),
            postgresql_where=text("is_system"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AccountKind] = mapped_column(closed_set(AccountKind), default=AccountKind.MAIL)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    is_system: Mapped[bool] = mapped_column(default=False)
    people_may_send: Mapped[bool] = mapped_column(default=False)  # asked of the system account only
    title: Mapped[str] = mapped_column(String(320))
    sender_name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(320))
    reply_to: Mapped[str | None] = mapped_column(String(320))
    signature: Mapped[str] = mapped_column(Text, default="")
    address_key: Mapped[str] = mapped_column(String(320))
    title_key: Mapped[str] = mapped_column(String(320), index=True, default="")
    sender_key: Mapped[str] = mapped_column(String(320), index=True, default="")
    search_key: Mapped[str] = mapped_column(Text, default="")
    domain: Mapped[str] = mapped_column(String(255), index=True)
    for_sending: Mapped[bool]
    for_receiving: Mapped[bool]
    load_since: Mapped[date | None]
    automatic: Mapped[bool] = mapped_column(default=False)
    keep_on_server: Mapped[bool] = mapped_column(default=True)  # POP3: leave copies there …
    delete_after_days: Mapped[int | None]  # … and for how long; None = for ever
    remember_password: Mapped[bool] = mapped_column(default=False)
    frozen: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bool] = mapped_column(default=False)
    login_refused: Mapped[bool] = mapped_column(default=False)
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_servers.id"))
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_servers.id"), index=True)
    source: Mapped[Source | None] = mapped_column(closed_set(Source))
    trusted: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: the program itself
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    # accounts and runs point at each other; `use_alter` tells the sorting of tables which link to add last
    proved_run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL", use_alter=True))
    proved_at: Mapped[datetime | None] = mapped_column()
    checked_at: Mapped[datetime | None]  # the last run that came to an end of its own, well or not

    owner: Mapped[User | None] = relationship(foreign_keys=owner_id)
    created_by: Mapped[User | None] = relationship(foreign_keys=created_by_id)
    incoming: Mapped[IncomingServer | None] = relationship(foreign_keys=incoming_id)
    outgoing: Mapped[OutgoingServer | None] = relationship(foreign_keys=outgoing_id)
    accepted: Mapped[list[AcceptedCertificate]] = relationship(
        back_populates="account", cascade="all, delete-orphan", passive_deletes=True
    )
    plain_consents: Mapped[list[PlainConsent]] = relationship(
        back_populates="account", cascade="all, delete-orphan", passive_deletes=True
    )
    proved_run: Mapped["Run | None"] = relationship(foreign_keys=proved_run_id, viewonly=True)

    state: Mapped[AccountState] = column_property(
        type_coerce(
            case(
                (proved_at.is_(None), AccountState.NOT_SET_UP.value),
                (frozen, AccountState.FROZEN.value),
                (locked, AccountState.LOCKED.value),
                (login_refused, AccountState.LOGIN_REFUSED.value),
                (~remember_password & (kind == AccountKind.MAIL), AccountState.NEEDS_PASSWORD.value),
                (_in_trouble(id), AccountState.WAITING.value),
                else_=AccountState.WORKS.value,
            ),
            closed_set(AccountState),
        )
    )

    @validates("title", "sender_name", "address")
    def _fold_names(self, name: str, words: str) -> str:
        if name != "address":
            key = fold(words)[:320]  # folding may lengthen: «ﬃ» becomes three letters
            if name == "title":
                self.title_key = key
            else:
                self.sender_key = key
        names = {"title": self.title, "sender_name": self.sender_name, "address": self.address, name: words}
        self.search_key = fold(" ".join(part or "" for part in names.values()))
        return words

    @property
    def for_everyone(self) -> bool:
        """Tell whether the account belongs to nobody in particular."""
        return self.owner_id is None
