"""Runs of any process meet the guard as the network page has set it when they begin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.scripted import PATIENCE_S
from tests.storage.makers import draft_of, person, run_of
from webapp.background.runner import Runner
from webapp.detection.types import Entered, EnteredServer
from webapp.mail.settings import Direction, Protocol, Security
from webapp.net.problems import ProblemKind
from webapp.office_surroundings import OfficeSurroundings
from webapp.settings import Settings
from webapp.storage.models import Draft, RunPurpose
from webapp.storage.network_settings import change_network, network_settings
from webapp.storage.secrets import SecretBox

# A port of the guard's list on a corner of loopback where nobody listens.
HERE = EnteredServer(Protocol.IMAP, "127.0.0.77", 993, Security.TLS)
ENTERED = Entered("anna@uspeh.test", for_sending=False, incoming=HERE)


@pytest.fixture
def runners(engine: Engine, box: SecretBox, tmp_path: Path) -> Iterator[tuple[Runner, Runner]]:
    """Return the runners of two processes, each composed as the application does it."""
    sessions = sessionmaker(engine, expire_on_commit=False)
    settings = Settings(instance=tmp_path, ispdb_url=None)
    made = (
        Runner(sessions, box, OfficeSurroundings(settings, sessions)),
        Runner(sessions, box, OfficeSurroundings(settings, sessions)),
    )
    yield made
    for runner in made:
        runner.shutdown()


@pytest.fixture
def draft(session: Session, box: SecretBox) -> Draft:
    return draft_of(session, box, person(session))


def problem(runner: Runner, session: Session, draft: Draft) -> ProblemKind | None:
    """Return why a server on loopback cannot be used, as a run of this process finds."""
    run = run_of(session, draft, RunPurpose.RETEST, ENTERED)
    runner.start(run.id)
    assert runner.wait(run.id, PATIENCE_S)
    session.refresh(run)
    assert run.outcome is not None
    found = run.outcome.findings.problem(Direction.INCOMING)
    return None if found is None else found.kind


def allow(session: Session, *networks: str) -> None:
    """Fill in the network page, as a third process would."""
    by = person(session, f"admin-{len(networks)}", is_admin=True)
    change_network(session, by, networks, True, None, network_settings(session).version)
    session.commit()


def test_the_page_opens_and_closes_a_network_for_the_next_run_of_every_process(
    runners: tuple[Runner, Runner], session: Session, draft: Draft
) -> None:
    before = [problem(runner, session, draft) for runner in runners]
    allow(session, "127.0.0.77")
    allowed = [problem(runner, session, draft) for runner in runners]
    allow(session)
    after = [problem(runner, session, draft) for runner in runners]

    assert before == after == [ProblemKind.TARGET_REFUSED] * 2
    assert allowed == [ProblemKind.CONNECTION_REFUSED] * 2
