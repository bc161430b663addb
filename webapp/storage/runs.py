"""Runs as the pages see them: start one, find it, stop it, read its ladder."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.detection.steps import Step
from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind
from webapp.storage.base import new_token, utc_now
from webapp.storage.drafts import lock_user
from webapp.storage.models import Draft, Run, RunPurpose, RunState, RunStep, User
from webapp.storage.models.runs import UNFINISHED


def create_run(
    session: Session,
    draft: Draft,
    purpose: RunPurpose,
    entered: Entered,
    consent: Consent | None = None,
    findings: Findings | None = None,
    *,
    now: datetime | None = None,
) -> Run:
    """Return the run that answers this wish; commit, then hand its id to `Runner.start`, which is safe to repeat.

    Usually a new one, WAITING (PREPARED: FINISHED at once, there is nothing
    to do). The same wish again while it is being fulfilled returns the run
    that is going on (double click). Another wish for the same draft stops the
    draft's run first. While the user has a run of another draft, that run is
    returned: compare `run.draft_id`. A draft that was saved returns the run
    that saved it.
    """
    lock_user(session, draft.user_id)
    session.refresh(draft)
    consent = consent or Consent()
    for going_on in _unfinished(session, draft.user_id):
        same_wish = _wish_of(going_on) == (purpose, entered, consent)
        if going_on.stop_requested:
            continue
        if going_on.draft_id != draft.id or same_wish:
            return going_on
        request_stop(session, going_on, now=now)
    if purpose is RunPurpose.PREPARED:
        prepared = latest_run(session, draft)
        if prepared and _wish_of(prepared) == (purpose, entered, consent) and prepared.findings == findings:
            return prepared
    saved = saving_run(session, draft)
    return saved or _new_run(session, draft, purpose, entered, consent, findings, now or utc_now())


def get_run_of(session: Session, user: User, run_id: str) -> Run | None:
    """Return the user's own run, as the rows have it now."""
    own = select(Run).where(Run.id == run_id, Run.user_id == user.id)
    return session.scalar(own.execution_options(populate_existing=True))


def running_run(session: Session, user: User) -> Run | None:
    """Return the user's run that waits or works, so that a second tab can join it."""
    return next((run for run in _unfinished(session, user.id) if not run.stop_requested), None)


def saving_run(session: Session, draft: Draft) -> Run | None:
    """Return the run that saved what the draft aimed at."""
    if not draft.saved:
        return None
    saves = select(Run).where(Run.draft_id == draft.id, Run.purpose == RunPurpose.SAVE, Run.account_id.is_not(None))
    return session.scalar(saves.order_by(Run.created_at.desc()).limit(1))


def latest_run(session: Session, draft: Draft) -> Run | None:
    """Return the draft's newest run."""
    runs = select(Run).where(Run.draft_id == draft.id).order_by(Run.created_at.desc())
    return session.scalar(runs.limit(1))


def request_stop(session: Session, run: Run, *, now: datetime | None = None) -> None:
    """Ask whichever process runs it to stop; commit, then call `Runner.stop` for the case that it is this one.

    Harmless to repeat and after the end. A run that still waits ends here.
    """
    now = now or utc_now()
    outcome = Outcome(OutcomeKind.STOPPED, run.findings or Findings())
    waiting = update(Run).where(Run.id == run.id, Run.state == RunState.WAITING)
    session.execute(
        waiting.values(state=RunState.FINISHED, stop_requested=True, outcome=outcome, finished_at=now),
        execution_options={"synchronize_session": False},
    )
    running = update(Run).where(Run.id == run.id, Run.state == RunState.RUNNING).values(stop_requested=True)
    session.execute(running, execution_options={"synchronize_session": False})
    session.refresh(run)


def steps_of(session: Session, run: Run) -> tuple[Step, ...]:
    """Return the ladder of a run, top to bottom."""
    rows = select(RunStep.step).where(RunStep.run_id == run.id).order_by(RunStep.position)
    return tuple(session.scalars(rows))


def _wish_of(run: Run) -> tuple[RunPurpose, Entered, Consent]:
    return run.purpose, run.entered, run.consent


def _unfinished(session: Session, user_id: int) -> list[Run]:
    runs = select(Run).where(Run.user_id == user_id, Run.state.in_(UNFINISHED)).order_by(Run.created_at.desc())
    return list(session.scalars(runs.execution_options(populate_existing=True)))


def _new_run(
    session: Session,
    draft: Draft,
    purpose: RunPurpose,
    entered: Entered,
    consent: Consent,
    findings: Findings | None,
    now: datetime,
) -> Run:
    run = Run(id=new_token(), draft_id=draft.id, user_id=draft.user_id, purpose=purpose, entered=entered)
    run.consent, run.findings, run.created_at, run.heartbeat_at = consent, findings, now, now
    run.state, run.account_id = RunState.WAITING, draft.account_id
    if purpose is RunPurpose.PREPARED:
        run.state, run.finished_at = RunState.FINISHED, now
    draft.ended_at = None
    session.add(run)
    session.flush()
    return run
