"""`kill -9` in the middle of a run, and what the next process makes of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from tests.background.office import HangingEngine, HangingServer, Office, only_imap
from tests.storage.makers import CREDENTIALS, run_of
from webapp.background.process import is_dead, this_process
from webapp.detection.types import Outcome, OutcomeKind
from webapp.storage.drafts import SECRET_LIFETIME, draft_credentials
from webapp.storage.models import RunPurpose, RunState

Offices = Callable[..., Office]


def kill_during_run(database_file: Path, run_id: str, server: HangingServer) -> None:
    """Let another process run the run until the mail server sees it, then kill it without warning."""
    command = [sys.executable, "-m", "tests.background.victim", str(database_file), run_id, str(server.port)]
    victim = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        assert server.arrived.wait(30), "the other process does not get to the server"
    finally:
        os.kill(victim.pid, signal.SIGKILL)
        victim.communicate()


def test_a_killed_run_is_interrupted_and_can_be_retested(make_office: Offices, database_file: Path) -> None:
    engine = HangingEngine()
    office = make_office(engine=engine)
    draft = office.draft()
    with HangingServer() as server:
        entered = only_imap(server)
        run = run_of(office.session, draft, RunPurpose.RETEST, entered)
        kill_during_run(database_file, run.id, server)
    assert office.seen(run).state is RunState.RUNNING

    office.runner.open()

    run = office.seen(run)
    assert run.state is RunState.INTERRUPTED
    assert run.outcome is not None
    assert run.outcome.kind is OutcomeKind.INTERRUPTED
    assert (run.entered, run.draft.details) == (entered, draft.details)

    office.runner.start(run.id)
    retest = office.run(draft, RunPurpose.RETEST, entered)
    engine.wait_until_begun()
    assert retest is not run
    assert [call.purpose for call in engine.calls] == [RunPurpose.RETEST], "the killed run did not run again"
    assert draft_credentials(office.box, draft) == CREDENTIALS, "half an hour is not over"


def test_the_password_of_a_killed_process_is_gone_after_its_time(make_office: Offices, database_file: Path) -> None:
    office = make_office()
    draft = office.draft()
    with HangingServer() as server:
        run = run_of(office.session, draft, RunPurpose.RETEST, only_imap(server))
        kill_during_run(database_file, run.id, server)
    office.clock.shift = SECRET_LIFETIME + timedelta(seconds=1)

    office.runner.open()

    office.session.expire_all()
    assert draft.secret is None
    assert office.session.scalar(text("SELECT count(*) FROM drafts WHERE secret IS NOT NULL")) == 0


def test_a_process_that_lives_keeps_its_runs(make_office: Offices) -> None:
    engine = HangingEngine()
    here = make_office(engine=engine)
    run = here.run(here.draft())
    engine.wait_until_begun()

    make_office().runner.open()

    assert here.seen(run).state is RunState.RUNNING


def test_a_process_that_fell_silent_loses_its_run_and_notices(make_office: Offices) -> None:
    engine = HangingEngine()
    here, later = make_office(engine=engine), make_office()
    run = here.run(here.draft())
    engine.wait_until_begun()

    later.clock.shift = timedelta(minutes=1)
    later.runner.open()

    assert engine.ended.acquire(timeout=10)
    assert here.ended(run).outcome == Outcome(OutcomeKind.INTERRUPTED)


def test_this_process_is_alive_and_a_former_life_of_its_number_is_not() -> None:
    host, boot, pid, started = this_process().rsplit("|", 3)

    assert not is_dead(this_process())
    assert is_dead("|".join((host, boot, pid, "1")))
    assert is_dead("|".join((host, "another boot", pid, started)))
    assert not is_dead("|".join(("another-machine", boot, pid, started)))
