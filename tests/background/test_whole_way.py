"""Search, then Done, with the real engine against a scripted server; and nowhere is the password left lying about."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.background.office import Office, only_imap
from tests.certificates import server_context
from tests.mail.scripts import IMAP as IMAP_SPEECH
from tests.mail.scripts import forms_of
from tests.scripted import Script, ScriptedServer, dialogue, hear
from tests.storage.makers import CREDENTIALS, DETAILS, SECRET, run_of, saved_accounts
from webapp.detection.types import Entered, OutcomeKind
from webapp.net.problems import ProblemKind
from webapp.storage.models import Draft, Run, RunPurpose
from webapp.storage.secrets import place_of

Offices = Callable[..., Office]

SEARCHED = IMAP_SPEECH.up_to_login()
LOGGED_IN = IMAP_SPEECH.up_to_login(
    hear(IMAP_SPEECH.plain_login), IMAP_SPEECH.logged_in, hear(rb"(?P<tag>\S+) LOGOUT"), b"* BYE\r\n{tag} OK bye\r\n"
)
REFUSED = dialogue(IMAP_SPEECH.up_to_login(hear(IMAP_SPEECH.plain_login), IMAP_SPEECH.refused))


def searched_and_done(office: Office, draft: Draft, entered: Entered) -> Run:
    """Search, then press Done with what was found."""
    found = office.ended(office.run(draft, RunPurpose.RETEST, entered))
    done = run_of(office.session, draft, RunPurpose.SAVE, entered, findings=found.findings)
    office.runner.start(done.id)
    return office.ended(done)


def done_again(office: Office, run: Run) -> Run:
    """Press Done once more."""
    again = run_of(office.session, run.draft, RunPurpose.SAVE, run.entered, findings=run.findings)
    office.runner.start(again.id)
    return office.ended(again)


def imap_server(*scripts: Script) -> ScriptedServer:
    return ScriptedServer(*scripts, tls=server_context("127.0.0.1"))


def bytes_at_rest(database_file: Path) -> bytes:
    """Return every byte of the database: the file, its WAL, its shared memory."""
    return b"".join(path.read_bytes() for path in sorted(database_file.parent.glob(f"{database_file.name}*")))


def test_a_receiving_account_is_found_proved_and_saved(make_office: Offices) -> None:
    with imap_server(SEARCHED, LOGGED_IN) as server:
        office = make_office(servers=(server,))

        done = searched_and_done(office, office.draft(), only_imap(server))

    assert done.outcome is not None
    assert done.outcome.kind is OutcomeKind.SAVED
    (account,) = saved_accounts(office.session)
    assert account.outgoing is None
    assert account.incoming is not None
    secret = office.box.decrypt(account.incoming.secret or "", place_of(account.incoming.settings()))
    assert secret == CREDENTIALS.incoming


def test_a_refused_login_saves_nothing_and_counts(make_office: Offices) -> None:
    with imap_server(SEARCHED, REFUSED) as server:
        office = make_office(servers=(server,))
        draft, entered = office.draft(), only_imap(server)

        first = searched_and_done(office, draft, entered)
        logins = len([line for line in server.received if b"AUTHENTICATE" in line])

    assert first.outcome is not None
    assert first.outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert first.outcome.incoming_problem is not None
    assert first.outcome.incoming_problem.kind is ProblemKind.LOGIN_REFUSED
    assert 1 <= logins <= 2
    assert saved_accounts(office.session) == []
    assert draft.ended_at is None


def test_after_three_refused_logins_done_waits_instead_of_knocking_again(make_office: Offices) -> None:
    with imap_server(SEARCHED, REFUSED) as server:
        office = make_office(servers=(server,))
        draft, entered = office.draft(), only_imap(server)

        runs = [searched_and_done(office, draft, entered)]
        runs += [done_again(office, runs[0]) for _ in range(2)]
        logins = len([line for line in server.received if b"AUTHENTICATE" in line])

    problems = [run.outcome.incoming_problem.kind for run in runs if run.outcome and run.outcome.incoming_problem]
    assert (problems[0], problems[-1]) == (ProblemKind.LOGIN_REFUSED, ProblemKind.LOGIN_PAUSED)
    assert logins == 3


@pytest.mark.parametrize("answer", [LOGGED_IN, REFUSED], ids=["saved", "refused"])
def test_the_password_is_in_no_file_and_no_log(
    make_office: Offices, database_file: Path, caplog: pytest.LogCaptureFixture, answer: Script
) -> None:
    with imap_server(SEARCHED, answer) as server, caplog.at_level(logging.DEBUG):
        office = make_office(servers=(server,))
        draft = office.draft()
        assert draft.secret is not None
        assert draft.secret.encode() in bytes_at_rest(database_file), "the draft is in the file, locked"

        searched_and_done(office, draft, only_imap(server))

    at_rest = bytes_at_rest(database_file) + caplog.text.encode()
    forms = forms_of(SECRET, DETAILS.address)
    assert any(form in line for form in forms for line in server.received), "the server did get it"
    assert [form for form in forms if form in at_rest] == []
