"""How a run really ended: a proof is saved in the transaction that writes the end, a check leaves its traces."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.background.assignments import Assignment, unproved
from webapp.background.briefing import objection, sharing_of
from webapp.background.live import LiveRun
from webapp.detection.types import Outcome, OutcomeKind
from webapp.mail.settings import Credentials
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.applying import apply_saved_run
from webapp.storage.checking import note_check
from webapp.storage.credentials import Resolved
from webapp.storage.models import DraftAim, Run, RunPurpose
from webapp.storage.objections import AccountChanged, AccountExists, NotAllowed, OutgoingServerChanged
from webapp.storage.secrets import SecretBox


def settle(session: Session, run: Run, live: LiveRun, outcome: Outcome, box: SecretBox, now: datetime) -> Outcome:
    """Return how the run really ended, and write what follows from it."""
    assignment = live.assignment
    if assignment is None:
        return outcome
    if assignment.purpose is RunPurpose.CHECK:
        credentials = assignment.credentials
        resolved = Resolved(credentials, assignment.origins) if credentials is not None else None
        note_check(session, run, outcome, resolved, box, now)
        return outcome
    if assignment.purpose is not RunPurpose.SAVE or outcome.kind is not OutcomeKind.FOUND:
        return outcome
    if run.stop_requested or assignment.credentials is None:
        return live.cut_short(OutcomeKind.STOPPED)
    saved = replace(outcome, kind=OutcomeKind.SAVED)
    reason = _save(session, run, saved, assignment, assignment.credentials, box, now)
    return unproved(assignment, reason) if reason is not None else saved


def _save(
    session: Session,
    run: Run,
    outcome: Outcome,
    assignment: Assignment,
    credentials: Credentials,
    box: SecretBox,
    now: datetime,
) -> Problem | None:
    """Save the proof, or return why not; then nothing of it is written."""
    if not set(sharing_of(session, run)) <= set(assignment.sharing):
        return Problem(ProblemKind.ACCOUNT_CHANGED)  # somebody shares the server by now who was not asked
    try:
        with session.begin_nested():
            run.outcome = outcome
            apply_saved_run(session, run, credentials, box, now)
    except AccountExists as error:
        if run.draft.aim is DraftAim.NEW_ACCOUNT:
            run.account_id = error.account.id
        return Problem(ProblemKind.ACCOUNT_EXISTS, field=Field.ADDRESS)
    except (AccountChanged, OutgoingServerChanged, NotAllowed) as reason:
        return objection(reason)
    return None
