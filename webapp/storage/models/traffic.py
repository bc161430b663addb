"""What the background keeps in rows: each direction of an account with its pace and its trouble, and leases."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.mail.settings import Direction
from webapp.net.problems import Problem
from webapp.storage.base import Base, closed_set
from webapp.storage.models.accounts import Account
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
