"""A mail server of the office's own authority is believed exactly while the authority stands on the network page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.background.test_whole_way import LOGGED_IN, SEARCHED
from tests.certificates import stranger, untrusted
from tests.office_authority import NOW, authorities_in
from tests.scripted import PATIENCE_S, ScriptedServer
from tests.storage.changes import moved
from tests.storage.makers import IMAP, draft_of, lay_account, person, run_of
from webapp.background.runner import Runner
from webapp.detection.types import Entered, EnteredServer, OutcomeKind
from webapp.mail.settings import Direction, Protocol, Security
from webapp.net.problems import ProblemKind
from webapp.office_surroundings import OfficeSurroundings
from webapp.settings import Settings
from webapp.storage.authorities import add_authorities, list_authorities, remove_authority
from webapp.storage.models import Account, Run, RunPurpose, User
from webapp.storage.network_settings import change_network
from webapp.storage.runs import create_run
from webapp.storage.secrets import SecretBox
from webapp.storage.using import (
    begin_change,
    begin_check_draft,
    consent_of,
    details_of,
    entered_of,
    findings_of_account,
)

# A port of the guard's list that needs no special rights, on a corner of loopback of its own.
HERE, PORT = "127.0.0.78", 2525
UNKNOWN = ProblemKind.CERTIFICATE_UNKNOWN_ISSUER


@pytest.fixture
def runners(engine: Engine, session: Session, box: SecretBox, tmp_path: Path) -> Iterator[tuple[Runner, Runner]]:
    """Return the runners of two processes, each composed as the application does it; the office's network is open."""
    root = person(session, "root", is_admin=True)
    change_network(session, root, [HERE], False, None, 1)
    session.commit()
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
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    """Return anna's saved account on the office's server."""
    incoming = moved(IMAP, HERE, port=PORT)
    account = lay_account(session, box, anna.id, incoming=incoming, outgoing=None)
    session.commit()
    return account


def trust(session: Session) -> None:
    """Add the authority of the office's servers, as a third process would."""
    root = session.query(User).filter_by(name="root").one()
    add_authorities(session, root, authorities_in(stranger().cert_pem.bytes(), NOW))
    session.commit()


def distrust(session: Session) -> None:
    """Remove it again."""
    root = session.query(User).filter_by(name="root").one()
    for row in list_authorities(session):
        remove_authority(session, root, row.sha256)
    session.commit()


def ended(runner: Runner, session: Session, run: Run) -> OutcomeKind | ProblemKind:
    """Return what a run came to: the problem of the incoming server, or that there was none."""
    runner.start(run.id)
    assert runner.wait(run.id, PATIENCE_S)
    session.expire_all()
    assert run.outcome is not None
    problem = run.outcome.incoming_problem or run.outcome.findings.problem(Direction.INCOMING)
    return run.outcome.kind if problem is None else problem.kind


def searched(session: Session, box: SecretBox, user: User) -> Run:
    """Search for an account on the office's server."""
    entered = Entered(
        "boris@uspeh.test", for_sending=False, incoming=EnteredServer(Protocol.IMAP, HERE, PORT, Security.TLS)
    )
    return run_of(session, draft_of(session, box, user), RunPurpose.RETEST, entered)


def pressed(session: Session, box: SecretBox, user: User, account: Account, purpose: RunPurpose) -> Run:
    """Check a saved account, or save it anew."""
    begin = begin_change if purpose is RunPurpose.SAVE else begin_check_draft
    draft = begin(session, user, None, account, details_of(account, "ru"), credentials=None, box=box)
    entered, findings = entered_of(account), findings_of_account(account)
    run = create_run(session, draft, purpose, entered, consent_of(account), findings)
    session.commit()
    return run


def test_a_search_follows_the_page_in_every_process(
    runners: tuple[Runner, Runner], session: Session, box: SecretBox, anna: User
) -> None:
    def found() -> list[OutcomeKind | ProblemKind]:
        return [ended(runner, session, searched(session, box, anna)) for runner in runners]

    with ScriptedServer(SEARCHED, tls=untrusted(HERE), host=HERE, port=PORT):
        before = found()
        trust(session)
        trusted = found()
        distrust(session)
        after = found()

    assert before == after == [UNKNOWN, UNKNOWN]
    assert trusted == [OutcomeKind.FOUND, OutcomeKind.FOUND]


@pytest.mark.parametrize(
    ("purpose", "well"), [(RunPurpose.CHECK, OutcomeKind.FOUND), (RunPurpose.SAVE, OutcomeKind.SAVED)]
)
def test_a_saved_account_follows_the_page_at_every_check_and_save(
    runners: tuple[Runner, Runner],
    session: Session,
    box: SecretBox,
    anna: User,
    account: Account,
    purpose: RunPurpose,
    well: OutcomeKind,
) -> None:
    def proved(runner: Runner) -> OutcomeKind | ProblemKind:
        return ended(runner, session, pressed(session, box, anna, account, purpose))

    with ScriptedServer(LOGGED_IN, tls=untrusted(HERE), host=HERE, port=PORT) as server:
        before, heard_before = [proved(runner) for runner in runners], len(server.received)
        trust(session)
        trusted, heard_then = [proved(runner) for runner in runners], len(server.received)
        distrust(session)
        after, heard_after = [proved(runner) for runner in runners], len(server.received)

    assert before == after == [UNKNOWN, UNKNOWN]
    assert trusted == [well, well]
    assert (heard_before, heard_after) == (0, heard_then), "no word without a certificate that is believed"
