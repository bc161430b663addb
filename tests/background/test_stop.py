"""Stop and re-test: what was going on ends within a second, what was found stays."""

import asyncio
import time
from collections.abc import Callable

from tests.background.office import HangingEngine, HangingServer, Office, only_imap, tell_something
from tests.storage.makers import FINDINGS, run_of
from webapp.detection.steps import StepState
from webapp.detection.types import Outcome, OutcomeKind
from webapp.storage.models import RunPurpose, RunState
from webapp.storage.runs import request_stop, steps_of

Offices = Callable[..., Office]
PROMISED_S = 1.0  # "within 1 s of Stop": the one elapsed time that may be asserted


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
