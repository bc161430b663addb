"""What the background keeps in rows: each direction of an account with its pace and its trouble, leases, notices."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.mail.settings import Direction
from webapp.net.problems import Problem
from webapp.storage.base import Base, closed_set, utc_now
from webapp.storage.models.accounts import Account
from webapp.storage.models.people import User
from webapp.storage.values import Value


class Traffic(Base):
    """One direction of one account: when it is due, who works at it, how it stands (DESIGN 8).

    `due_at` None = nothing to do until somebody wants it (a letter is queued,
    «Получить почту» is pressed). A row belongs to `leased_by` until
    `leased_until`; whoever holds a lapsed lease writes nothing. `trouble` is
    the last problem of a failed try, `trouble_since` when the row of failures
    began; `refused` means the login was refused twice and nothing is tried
    before a new password is proved. `done`/`total` tell how far a long load is.
    """

    __tablename__ = "traffic"
    __table_args__ = (Index("ix_traffic_due_at", "due_at"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    direction: Mapped[Direction] = mapped_column(closed_set(Direction), primary_key=True)
    due_at: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(200))
    leased_until: Mapped[datetime | None]
    stop_requested: Mapped[bool] = mapped_column(default=False)
    trouble: Mapped[Problem | None] = mapped_column(Value(Problem))
    trouble_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    refused: Mapped[bool] = mapped_column(default=False)
    worked_at: Mapped[datetime | None]  # the last time everything went well
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)

    account: Mapped[Account] = relationship()


class Lease(Base):
    """A thing only one process may do at a time, such as waking what is due."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    leased_until: Mapped[datetime]


class NoticeKind(StrEnum):
    """What the program tells by itself."""

    UPGRADED = "upgraded"
    TROUBLE = "trouble"
    HEALED = "healed"
    LETTER_REFUSED = "letter-refused"
    TEST = "test"


class Notice(Base):
    """One notice of the program; shown in its list, and sent as a letter where the system account can.

    `account_id` is no foreign key and `subject` a copy: a notice outlives what
    it tells about. `details` are words of closed sets and names, never a secret.
    """

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(closed_set(NoticeKind))
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    account_id: Mapped[int | None]
    direction: Mapped[Direction | None] = mapped_column(closed_set(Direction))
    subject: Mapped[str] = mapped_column(String(320), default="")
    problem: Mapped[Problem | None] = mapped_column(Value(Problem))
    details: Mapped[tuple[tuple[str, str], ...]] = mapped_column(Value(tuple[tuple[str, str], ...]), default=())


class NoticeCopy(Base):
    """One person's copy of a notice: read or not, and the letter that carries it if one was sent."""

    __tablename__ = "notice_copies"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    read_at: Mapped[datetime | None]
    letter_id: Mapped[str | None] = mapped_column(ForeignKey("outgoing_letters.id", ondelete="SET NULL"), index=True)

    notice: Mapped[Notice] = relationship()
    user: Mapped[User] = relationship()


class ProgramState(Base):
    """What this office's database last ran under; one row. An upgrade is told once to the administrators."""

    __tablename__ = "program_state"

    id: Mapped[int] = mapped_column(primary_key=True)  # always 1
    version: Mapped[str] = mapped_column(String(50))
    schema: Mapped[str] = mapped_column(String(50))
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
