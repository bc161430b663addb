"""A run goes from its row through the loop and back into its row, once, and ends when it is told to."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy.orm import Session

from tests.background.office import HangingEngine, HangingServer, Office, answering, only_imap
from tests.certificates import server_context
from tests.mail.scripts import IMAP as IMAP_SPEECH
from tests.scripted import ScriptedServer
from tests.storage.makers import FINDINGS, PROVED, SECRET, person, run_of
from webapp.background.assignments import Assignment
from webapp.detection.refusals import RefusalLedger
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Outcome, OutcomeKind, Report, Step, StepGroup, StepState
from webapp.mail.settings import Direction
from webapp.storage.models import Run, RunPurpose, RunState
from webapp.storage.runs import request_stop, steps_of

Offices = Callable[..., Office]
PROMISED_S = 1.0  # "within 1 s of Stop": the one elapsed time that may be asserted
STEP = Step("source:mx", StepGroup.SOURCE, StepState.RUNNING, "uspeh.test", 0)


def tell_something(report: Report) -> None:
    report.step(STEP)
    report.findings(FINDINGS)


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


def test_stop_leaves_no_socket_and_no_task_within_a_second(make_office: Offices) -> None:
    with HangingServer() as server:
        office = make_office(servers=(server,))
        run = office.run(office.draft(), RunPurpose.RETEST, only_imap(server))
        assert server.arrived.wait(10)

        pressed_at = time.monotonic()
        request_stop(office.session, run)
        office.session.commit()
        office.runner.stop(run.id)
        took_s = time.monotonic() - pressed_at

        assert took_s < PROMISED_S
        assert office.network.open_streams == 0
        assert not asyncio.all_tasks(office.runner._loop.loop)
        assert server.wait_until_left()
    run = office.seen(run)
    assert (run.state, run.outcome and run.outcome.kind) == (RunState.FINISHED, OutcomeKind.STOPPED)
    assert {step.state for step in steps_of(office.session, run)} == {StepState.STOPPED}


def test_stop_pressed_in_another_process_is_seen_within_a_second(make_office: Offices) -> None:
    with HangingServer() as server:
        here, elsewhere = make_office(servers=(server,)), make_office()
        run = here.run(here.draft(), RunPurpose.RETEST, only_imap(server))
        assert server.arrived.wait(10)

        pressed_at = time.monotonic()
        request_stop(here.session, run)
        here.session.commit()
        elsewhere.runner.stop(run.id)
        assert here.runner.wait(run.id, 10)

        assert time.monotonic() - pressed_at < PROMISED_S
        assert here.network.open_streams == 0
    assert here.seen(run).outcome == Outcome(OutcomeKind.STOPPED)


def test_what_was_found_before_stop_stays(make_office: Offices) -> None:
    engine = HangingEngine(tell_something)
    office = make_office(engine=engine)
    run = office.run(office.draft())
    engine.wait_until_begun()

    request_stop(office.session, run)
    office.session.commit()
    office.runner.stop(run.id)

    run = office.seen(run)
    assert run.outcome == Outcome(OutcomeKind.STOPPED, FINDINGS)
    assert run.findings == FINDINGS


def test_a_run_stopped_before_its_turn_never_begins(make_office: Offices) -> None:
    engine = HangingEngine()
    office = make_office(engine=engine)
    run = run_of(office.session, office.draft())
    request_stop(office.session, run)
    office.session.commit()

    office.runner.start(run.id)

    assert office.ended(run).outcome == Outcome(OutcomeKind.STOPPED)
    assert engine.calls == []


def test_retest_stops_the_run_before_and_then_begins(make_office: Offices) -> None:
    engine = HangingEngine(tell_something)
    office = make_office(engine=engine)
    draft = office.draft()
    first = office.run(draft)
    engine.wait_until_begun()

    second = office.run(draft, RunPurpose.RETEST)
    engine.wait_until_begun()

    assert engine.ended.acquire(timeout=0), "the first was over before the second began"
    assert office.ended(first).outcome == Outcome(OutcomeKind.STOPPED, FINDINGS)
    assert office.seen(second).state is RunState.RUNNING
    assert [call.purpose for call in engine.calls] == [RunPurpose.DETECT, RunPurpose.RETEST]


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


def test_a_busy_database_delays_the_rows_but_not_the_run(make_office: Offices, engine: DatabaseEngine) -> None:
    told = threading.Event()

    async def tell_much(_a: Assignment, _s: Surroundings, _r: RefusalLedger, report: Report) -> Outcome:
        with Session(engine) as busy:
            busy.connection().exec_driver_sql("BEGIN IMMEDIATE")
            for number in range(500):
                report.step(Step(f"source:mx:{number}", StepGroup.SOURCE, StepState.OK, "uspeh.test", number))
            told.set()
            await asyncio.sleep(0)
        return PROVED

    office = make_office(engine=tell_much)

    run = office.ended(office.run(office.draft()))

    assert told.is_set()
    assert [step.started_ms for step in steps_of(office.session, run)] == list(range(500))


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
