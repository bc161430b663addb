"""Runs of probes and their steps: the rows every process reads progress from and writes Stop into."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.detection.steps import Step
from webapp.detection.types import Consent, Entered, Findings, Outcome
from webapp.storage.base import Base, closed_set, new_token, utc_now
from webapp.storage.models.accounts import Account
from webapp.storage.models.drafts import Draft
from webapp.storage.models.people import User
from webapp.storage.values import Value


class RunPurpose(StrEnum):
    """What a run is for. PREPARED looks for nothing: it holds recommended values for editing by hand."""

    DETECT = "detect"
    RETEST = "retest"
    CHECK = "check"
    SAVE = "save"
    PREPARED = "prepared"


class RunState(StrEnum):
    """The life of a run; it goes forward only, so nothing ever runs twice."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"


UNFINISHED = (RunState.WAITING, RunState.RUNNING)


class Run(Base):
    """One run: what it was given, how far it is, how it ended.

    `findings` holds what it started from, then the best so far; `outcome` is
    set exactly when the run is over. `runner` names the process that runs it.
    """

    __tablename__ = "runs"
    __table_args__ = (
        # The promise "one running run per user" is kept by the database, whatever the processes do.
        Index(
            "uq_runs_running_user",
            "user_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_token)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[RunPurpose] = mapped_column(closed_set(RunPurpose))
    state: Mapped[RunState] = mapped_column(closed_set(RunState), default=RunState.WAITING, index=True)
    entered: Mapped[Entered] = mapped_column(Value(Entered))
    consent: Mapped[Consent] = mapped_column(Value(Consent))
    findings: Mapped[Findings | None] = mapped_column(Value(Findings))
    outcome: Mapped[Outcome | None] = mapped_column(Value(Outcome))
    stop_requested: Mapped[bool] = mapped_column(default=False)
    runner: Mapped[str | None] = mapped_column(String(200))
    heartbeat_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    draft: Mapped[Draft] = relationship()
    user: Mapped[User] = relationship()
    account: Mapped[Account | None] = relationship(foreign_keys=account_id)

    @property
    def unfinished(self) -> bool:
        """Tell whether the run still waits or works, so that its page must ask again."""
        return self.state in UNFINISHED


class RunStep(Base):
    """One line of a run's ladder, in the order of first appearance."""

    __tablename__ = "run_steps"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    position: Mapped[int]
    step: Mapped[Step] = mapped_column(Value(Step))


class LoginRefusal(Base):
    """One login a server refused; three within ten minutes pause the mailbox (DESIGN 5.1)."""

    __tablename__ = "login_refusals"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(320), index=True)
    refused_at: Mapped[datetime] = mapped_column(index=True)
