"""What the runner writes about runs: taking one, showing life, steps, findings, the end."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from webapp.detection.steps import Step, StepState
from webapp.detection.types import Findings, Outcome, OutcomeKind
from webapp.storage.base import rows_of
from webapp.storage.models import Run, RunState, RunStep
from webapp.storage.models.runs import UNFINISHED

STALE_AFTER = timedelta(seconds=10)  # heartbeats come every second; SQLite may keep a writer waiting for five
CUT_SHORT = (OutcomeKind.STOPPED, OutcomeKind.INTERRUPTED)


class Claim(Enum):
    """What became of the wish to run a run."""

    OURS = "ours"
    NOT_YET = "not yet"
    GONE = "gone"


def claim(session: Session, run_id: str, process: str, now: datetime) -> Claim:
    """Take a waiting run for this process; of all processes and calls exactly one ever gets OURS."""
    other = aliased(Run)
    busy = select(other.id).where(other.user_id == Run.user_id, other.state == RunState.RUNNING).exists()
    taken = session.execute(
        update(Run)
        .where(Run.id == run_id, Run.state == RunState.WAITING, ~busy)
        .values(state=RunState.RUNNING, runner=process, started_at=now, heartbeat_at=now),
        execution_options={"synchronize_session": False},
    )
    if rows_of(taken):
        return Claim.OURS
    state = session.scalar(select(Run.state).where(Run.id == run_id))
    return Claim.NOT_YET if state is RunState.WAITING else Claim.GONE


def ours(session: Session, run_ids: Collection[str], process: str) -> dict[str, bool]:
    """Return which of these runs this process still owns, each with whether somebody asked to stop it."""
    owned = select(Run.id, Run.stop_requested).where(Run.runner == process, Run.state == RunState.RUNNING)
    return {run_id: stop for run_id, stop in session.execute(owned.where(Run.id.in_(run_ids)))}


def beat(session: Session, run_ids: Collection[str], now: datetime) -> None:
    """Show that the process holding these runs is alive."""
    alive = update(Run).where(Run.id.in_(run_ids), Run.state.in_(UNFINISHED)).values(heartbeat_at=now)
    session.execute(alive, execution_options={"synchronize_session": False})


def store_steps(session: Session, run_id: str, steps: Mapping[str, tuple[int, Step]]) -> None:
    """Write new and changed steps, each with its position in the ladder."""
    known = {row.key: row for row in session.scalars(select(RunStep).where(RunStep.run_id == run_id))}
    for key, (position, step) in steps.items():
        if key in known:
            known[key].step = step
        else:
            session.add(RunStep(run_id=run_id, key=key, position=position, step=step))
    session.flush()


def store_findings(session: Session, run_id: str, findings: Findings) -> None:
    """Write better findings of a run that goes on."""
    running = update(Run).where(Run.id == run_id, Run.state == RunState.RUNNING)
    session.execute(running.values(findings=findings), execution_options={"synchronize_session": False})


def lock_ours(session: Session, run_id: str, process: str) -> Run | None:
    """Return our running run with the write lock held, or None when it was taken away meanwhile."""
    ours = update(Run).where(Run.id == run_id, Run.runner == process, Run.state == RunState.RUNNING)
    session.execute(ours.values(runner=process), execution_options={"synchronize_session": False})
    still = select(Run).where(Run.id == run_id, Run.runner == process, Run.state == RunState.RUNNING)
    return session.scalar(still.execution_options(populate_existing=True))


def finish(session: Session, run: Run, outcome: Outcome, now: datetime) -> None:
    """Write how the run ended; what it found stays editable, an empty end forgets nothing."""
    rows = session.scalars(select(RunStep).where(RunStep.run_id == run.id)).all()
    if outcome.kind in CUT_SHORT:
        outcome = replace(outcome, letter_may_remain=_letter_may_remain({row.key: row.step for row in rows}))
    run.state = RunState.INTERRUPTED if outcome.kind is OutcomeKind.INTERRUPTED else RunState.FINISHED
    run.outcome, run.finished_at = outcome, now
    if outcome.findings != Findings():
        run.findings = outcome.findings
    for row in rows:
        if row.step.state in (StepState.WAITING, StepState.RUNNING):
            row.step = replace(row.step, state=StepState.STOPPED)
    session.flush()


def give_up(session: Session, run_id: str, now: datetime) -> None:
    """Mark a run interrupted that this process will not get to."""
    waiting = update(Run).where(Run.id == run_id, Run.state == RunState.WAITING).values(state=RunState.INTERRUPTED)
    if rows_of(session.execute(waiting, execution_options={"synchronize_session": False})):
        run = session.get_one(Run, run_id, populate_existing=True)
        finish(session, run, Outcome(OutcomeKind.INTERRUPTED, run.findings or Findings()), now)


def interrupt_stale_runs(
    session: Session, is_dead: Callable[[str], bool], now: datetime, alive: Collection[str] = ()
) -> int:
    """Mark the runs interrupted whose process died or fell silent; return how many. Never runs them again.

    `alive` are the runs the caller itself is working on.
    """
    unfinished = session.scalars(select(Run).where(Run.state.in_(UNFINISHED), Run.id.not_in(alive))).all()
    stale = [run for run in unfinished if _is_stale(run, is_dead, now)]
    for run in stale:
        finish(session, run, Outcome(OutcomeKind.INTERRUPTED, run.findings or Findings()), now)
    return len(stale)


def _is_stale(run: Run, is_dead: Callable[[str], bool], now: datetime) -> bool:
    return run.heartbeat_at < now - STALE_AFTER or (run.runner is not None and is_dead(run.runner))


def _letter_may_remain(steps: Mapping[str, Step]) -> bool:
    """Tell whether the trial letter was handed over and nobody saw it removed."""
    letter, arrival = steps.get("verify:letter"), steps.get("verify:arrival")
    if letter is None or (arrival is not None and arrival.state is StepState.OK):
        return False
    return "handed-over" in letter.facts or letter.state is StepState.OK
