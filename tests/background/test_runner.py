"""A run goes from its row through the loop and back into its row, once, and ends when it is told to."""

import logging
import threading
from collections.abc import Callable

import pytest

from tests.background.office import HangingEngine, Office, answering, only_imap, tell_something
from tests.certificates import server_context
from tests.mail.scripts import IMAP as IMAP_SPEECH
from tests.scripted import ScriptedServer
from tests.storage.makers import FINDINGS, PROVED, SECRET, person, run_of
from webapp.background.assignments import Assignment
from webapp.detection.refusals import RefusalLedger
from webapp.detection.steps import Report, StepState
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Entered, Outcome, OutcomeKind
from webapp.mail.settings import Direction
from webapp.net.problems import ProblemKind
from webapp.storage.models import Run, RunPurpose, RunState
from webapp.storage.runs import steps_of

Offices = Callable[..., Office]


def test_a_run_leaves_its_ladder_its_findings_and_its_outcome_in_rows(make_office: Offices) -> None:
    with ScriptedServer(IMAP_SPEECH.up_to_login(), tls=server_context("127.0.0.1")) as server:
        office = make_office(servers=(server,))

        port = server.port

        run = office.ended(office.run(office.draft(), RunPurpose.RETEST, only_imap(server)))

    assert run.state is RunState.FINISHED
    assert run.outcome is not None
    assert run.outcome.kind is OutcomeKind.FOUND
    assert run.findings == run.outcome.findings
    proved = run.findings.chosen(Direction.INCOMING)
    assert proved is not None
    assert proved.settings.port == port
    assert StepState.OK in {step.state for step in steps_of(office.session, run)}
    assert run.started_at is not None
    assert run.finished_at is not None


def test_nothing_runs_twice_however_often_and_where_it_is_started(make_office: Offices) -> None:
    engine = HangingEngine()
    offices = [make_office(engine=engine) for _ in range(3)]
    run = run_of(offices[0].session, offices[0].draft())

    starts = [threading.Thread(target=office.runner.start, args=(run.id,)) for office in offices * 4]
    for thread in starts:
        thread.start()
    for thread in starts:
        thread.join()
    engine.wait_until_begun()
    for office in offices:
        office.runner.shutdown()

    assert len(engine.calls) == 1


def test_many_people_search_at_once(make_office: Offices) -> None:
    office = make_office(engine=answering(PROVED, tell_something))
    drafts = [office.draft(person(office.session, f"person {number}")) for number in range(40)]

    runs = [office.run(draft) for draft in drafts]

    assert {office.ended(run).state for run in runs} == {RunState.FINISHED}
    assert {len(steps_of(office.session, run)) for run in runs} == {1}


def test_an_unexpected_exception_interrupts_the_run_and_logs_no_values(
    make_office: Offices, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_a: Assignment, _s: Surroundings, _r: RefusalLedger, report: Report) -> Outcome:
        tell_something(report)
        raise LookupError(SECRET)

    office = make_office(engine=fail)
    with caplog.at_level(logging.DEBUG):
        run = office.ended(office.run(office.draft()))

    assert run.state is RunState.INTERRUPTED
    assert run.outcome == Outcome(OutcomeKind.INTERRUPTED, FINDINGS)
    assert "LookupError" in caplog.text
    assert "in fail" in caplog.text
    assert SECRET not in caplog.text


def test_an_address_without_a_domain_is_a_finding_not_a_fault(make_office: Offices) -> None:
    office = make_office()

    run = office.ended(office.run(office.draft(), entered=Entered("anna@-.-")))

    assert run.outcome is not None
    assert run.outcome.kind is OutcomeKind.NOT_FOUND
    assert run.outcome.findings.incoming_problem is not None
    assert run.outcome.findings.incoming_problem.kind is ProblemKind.NAME_INVALID


def test_surroundings_that_cannot_be_built_interrupt_the_run(make_office: Offices) -> None:
    office = make_office()
    office.runner._surroundings_for = lambda known: known[0]  # type: ignore[assignment, return-value]

    assert office.ended(office.run(office.draft())).state is RunState.INTERRUPTED


def test_a_deleted_draft_takes_its_run_along(make_office: Offices) -> None:
    engine = HangingEngine()
    office = make_office(engine=engine)
    draft = office.draft()
    run_id = office.run(draft).id
    engine.wait_until_begun()

    office.session.delete(draft)
    office.session.commit()

    assert office.runner.wait(run_id, 10)
    assert engine.ended.acquire(timeout=10)


def test_shutdown_interrupts_what_goes_on_and_what_waits(make_office: Offices) -> None:
    engine = HangingEngine(tell_something)
    office = make_office(engine=engine)
    draft = office.draft()
    going_on = office.run(draft)
    engine.wait_until_begun()
    office.session.execute(Run.__table__.update().values(purpose=RunPurpose.SAVE))  # type: ignore[attr-defined]
    waiting = Run(draft_id=draft.id, user_id=draft.user_id, purpose=RunPurpose.RETEST)
    waiting.entered, waiting.consent = going_on.entered, going_on.consent
    office.session.add(waiting)
    office.session.commit()
    office.runner.start(waiting.id)

    office.runner.shutdown()
    office.runner.shutdown()

    assert office.seen(going_on).outcome == Outcome(OutcomeKind.INTERRUPTED, FINDINGS)
    assert office.seen(waiting).state is RunState.INTERRUPTED
    assert len(engine.calls) == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mailroom-")]
