"""What the program tells people by itself, each person's copy of it, and what the office last ran under."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.mail.settings import Direction
from webapp.net.problems import Problem
from webapp.storage.base import Base, closed_set, utc_now
from webapp.storage.models.outbox import OutgoingLetter
from webapp.storage.models.people import User
from webapp.storage.values import Value

OPEN_TROUBLE = text("kind = 'trouble' AND over_at IS NULL")


class NoticeKind(StrEnum):
    """What the program tells by itself."""

    UPGRADED = "upgraded"
    TROUBLE = "trouble"
    HEALED = "healed"
    LETTER_REFUSED = "letter-refused"
    LETTER_IN_DOUBT = "letter-in-doubt"
    TEST = "test"


class Notice(Base):
    """One notice of the program; shown in its list, and sent as a letter where the system account can.

    `account_id` is no foreign key and `subject` a copy: a notice outlives what
    it tells about. `details` are words of closed sets and names, never a secret.
    A trouble began at `since` and is open until `over_at`; of one direction at
    most one is open. `refused`: its login was, for good. What tells of its end
    `ends` it.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index(
            "uq_notices_open_trouble",
            "account_id",
            "direction",
            unique=True,
            sqlite_where=OPEN_TROUBLE,
            postgresql_where=OPEN_TROUBLE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(closed_set(NoticeKind))
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    account_id: Mapped[int | None]
    direction: Mapped[Direction | None] = mapped_column(closed_set(Direction))
    subject: Mapped[str] = mapped_column(String(320), default="")
    problem: Mapped[Problem | None] = mapped_column(Value(Problem))
    details: Mapped[tuple[tuple[str, str], ...]] = mapped_column(Value(tuple[tuple[str, str], ...]), default=())
    refused: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime | None]
    over_at: Mapped[datetime | None]
    ends_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id", ondelete="SET NULL"), index=True)


class LetterFate(StrEnum):
    """What became of the letter that was to carry a notice to somebody."""

    WAITING = "waiting"  # until the system account can send, or until the next letter to this person
    WRITTEN = "written"  # the outbox has it; how it fares stands there
    NO_ADDRESS = "no-address"
    NO_SYSTEM_ACCOUNT = "no-system-account"  # it is not set up
    OWN_TROUBLE = "own-trouble"  # the notice tells that such letters cannot be sent
    OVER = "over"  # the trouble was over before the letter could leave
    TOO_LATE = "too-late"  # the system account could not send for too long


class NoticeCopy(Base):
    """One person's copy of a notice: read or not, and the letter that carries it, alone or with others."""

    __tablename__ = "notice_copies"
    __table_args__ = (Index("ix_notice_copies_user_id_read_at", "user_id", "read_at"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime | None]
    fate: Mapped[LetterFate] = mapped_column(closed_set(LetterFate), default=LetterFate.WAITING, index=True)
    letter_id: Mapped[str | None] = mapped_column(ForeignKey("outgoing_letters.id", ondelete="SET NULL"), index=True)

    notice: Mapped[Notice] = relationship()
    user: Mapped[User] = relationship()
    letter: Mapped[OutgoingLetter | None] = relationship()


class ProgramState(Base):
    """What this office's database last ran under; one row. An upgrade is told once to the administrators.

    Empty words: a version from before there was this row.
    """

    __tablename__ = "program_state"

    id: Mapped[int] = mapped_column(primary_key=True)  # always 1
    version: Mapped[str] = mapped_column(String(50))
    schema: Mapped[str] = mapped_column(String(50))
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
