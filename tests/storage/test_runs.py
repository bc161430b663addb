"""Runs: one at a time for a person, whatever is clicked how often and in how many tabs."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.storage.makers import DETAILS, ENTERED, FINDINGS, PROVED, account_of, draft_of, person, run_of
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Consent, Entered, Outcome, OutcomeKind
from webapp.storage import progress
from webapp.storage.base import utc_now
from webapp.storage.models import Draft, DraftDetails, RunPurpose, RunState
from webapp.storage.progress import Claim
from webapp.storage.runs import get_run_of, latest_run, request_stop, running_run, steps_of
from webapp.storage.secrets import SecretBox

HERE, THERE = "host|boot|1|1", "host|boot|2|2"
STEP = Step("source:mx", StepGroup.SOURCE, StepState.RUNNING, "uspeh.test", 0)


@pytest.fixture
def draft(session: Session, box: SecretBox) -> Draft:
    return draft_of(session, box, person(session))


def test_a_run_is_its_owners_alone(session: Session, draft: Draft) -> None:
    run = run_of(session, draft)

    assert get_run_of(session, draft.user, run.id) is run
    assert get_run_of(session, person(session, "boris"), run.id) is None


def test_the_same_wish_joins_the_run_that_goes_on(session: Session, draft: Draft) -> None:
    run = run_of(session, draft, RunPurpose.RETEST)

    assert run_of(session, draft, RunPurpose.RETEST) is run


def test_another_wish_stops_the_run_before(session: Session, draft: Draft) -> None:
    first = run_of(session, draft, RunPurpose.DETECT)
    progress.claim(session, first.id, HERE, utc_now())

    retest = run_of(session, draft, RunPurpose.RETEST)
    edited = run_of(session, draft, RunPurpose.RETEST, Entered("anna@uspeh.test", for_sending=False))

    session.refresh(first)
    assert first.stop_requested
    assert first.state is RunState.RUNNING, "its process ends it"
    assert (retest.state, retest.outcome) == (RunState.FINISHED, Outcome(OutcomeKind.STOPPED))
    assert edited.state is RunState.WAITING
    assert running_run(session, draft.user) is edited


def test_a_run_of_another_draft_is_joined_not_stopped(session: Session, box: SecretBox, draft: Draft) -> None:
    run = run_of(session, draft)
    other = draft_of(session, box, draft.user, DraftDetails("ivan@uspeh.test", "Иван"))

    assert run_of(session, other) is run
    assert not run.stop_requested


def test_a_saved_draft_answers_with_the_run_that_saved_it(session: Session, box: SecretBox) -> None:
    account = account_of(session, box, person(session))
    saving = account.proved_run
    assert saving is not None

    assert run_of(session, saving.draft, RunPurpose.SAVE) is saving


def test_a_prepared_run_is_over_at_once(session: Session, draft: Draft) -> None:
    run = run_of(session, draft, RunPurpose.PREPARED, findings=FINDINGS)

    assert not run.unfinished
    assert run.findings == FINDINGS
    assert running_run(session, draft.user) is None
    assert latest_run(session, draft) is run


def test_stop_is_harmless_to_repeat_and_after_the_end(session: Session, draft: Draft) -> None:
    run = run_of(session, draft)
    progress.claim(session, run.id, HERE, utc_now())

    request_stop(session, run)
    request_stop(session, run)
    assert run.stop_requested
    assert run.state is RunState.RUNNING

    progress.finish(session, run, PROVED, utc_now())
    request_stop(session, run)
    assert run.outcome == PROVED


def test_a_run_is_claimed_once(session: Session, draft: Draft) -> None:
    run = run_of(session, draft)

    claims = [progress.claim(session, run.id, process, utc_now()) for process in (HERE, THERE, HERE)]
    progress.finish(session, progress.lock_ours(session, run.id, HERE) or run, PROVED, utc_now())

    assert claims == [Claim.OURS, Claim.GONE, Claim.GONE]
    assert progress.claim(session, run.id, HERE, utc_now()) is Claim.GONE


def test_a_run_waits_while_its_user_has_another(session: Session, draft: Draft) -> None:
    first = run_of(session, draft)
    progress.claim(session, first.id, HERE, utc_now())
    second = run_of(session, draft, RunPurpose.RETEST)

    assert progress.claim(session, second.id, HERE, utc_now()) is Claim.NOT_YET
    session.refresh(first)
    progress.finish(session, first, Outcome(OutcomeKind.STOPPED), utc_now())
    assert progress.claim(session, second.id, HERE, utc_now()) is Claim.OURS


def test_the_database_itself_refuses_a_second_running_run(session: Session, draft: Draft) -> None:
    first = run_of(session, draft)
    progress.claim(session, first.id, HERE, utc_now())
    run_of(session, draft, RunPurpose.RETEST)

    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE runs SET state = 'running'"))


def test_steps_keep_their_places(session: Session, draft: Draft) -> None:
    run = run_of(session, draft)
    other = Step("source:srv", StepGroup.SOURCE, StepState.OK, "uspeh.test", 0, 5)

    progress.store_steps(session, run.id, {"source:srv": (1, other), "source:mx": (0, STEP)})
    progress.store_steps(session, run.id, {"source:srv": (1, other)})

    assert steps_of(session, run) == (STEP, other)


def test_the_end_closes_open_steps_and_forgets_no_findings(session: Session, draft: Draft) -> None:
    run = run_of(session, draft, findings=FINDINGS)
    progress.store_steps(session, run.id, {STEP.key: (0, STEP)})

    progress.finish(session, run, Outcome(OutcomeKind.STOPPED), utc_now())

    assert [step.state for step in steps_of(session, run)] == [StepState.STOPPED]
    assert run.findings == FINDINGS


def test_a_silent_run_is_interrupted_and_a_beating_one_is_not(session: Session, box: SecretBox) -> None:
    silent, beating, held = (run_of(session, draft_of(session, box, person(session, name))) for name in "abc")
    for run in (silent, beating, held):
        progress.claim(session, run.id, HERE, utc_now())
    later = utc_now() + progress.STALE_AFTER * 2
    progress.beat(session, [beating.id], later - timedelta(seconds=1))
    session.expire_all()

    interrupted = progress.interrupt_stale_runs(session, lambda process: False, later, alive=[held.id])

    assert interrupted == 1
    assert [run.state for run in (silent, beating, held)] == [RunState.INTERRUPTED, RunState.RUNNING, RunState.RUNNING]
    assert silent.outcome == Outcome(OutcomeKind.INTERRUPTED)
    assert progress.lock_ours(session, silent.id, HERE) is None


def test_a_dead_process_needs_no_patience(session: Session, draft: Draft) -> None:
    run = run_of(session, draft, findings=FINDINGS)
    progress.claim(session, run.id, HERE, utc_now())
    session.refresh(run)

    progress.interrupt_stale_runs(session, lambda process: process == HERE, utc_now())

    assert run.state is RunState.INTERRUPTED
    assert (run.entered, run.findings) == (ENTERED, FINDINGS)


def test_consent_makes_another_wish(session: Session, draft: Draft) -> None:
    run = run_of(session, draft)

    assert run_of(session, draft, consent=Consent(hosts=frozenset({"mx.test"}))) is not run
    assert draft.details == DETAILS
