"""Who gets the password, and who does not."""

import base64
from dataclasses import replace

import pytest

from tests.certificates import self_signed, untrusted
from tests.detection.servers import HOST, over_tls, plain_script, refusing
from tests.detection.verifying import LOGIN_OF, SECRET, Verifying, logins, names_tried, proved
from tests.mail.scripts import IMAP, SMTP
from tests.scripted import ScriptedServer
from webapp.detection.types import Consent, OutcomeKind
from webapp.mail.settings import Credentials, Security
from webapp.net.problems import Field, ProblemKind


@pytest.mark.parametrize("security", [Security.TLS, Security.NONE])
def test_a_host_nobody_agreed_to_is_not_even_called(security: Security) -> None:
    with over_tls(IMAP) as imap:
        check = Verifying(imap)
        server = proved(imap, IMAP)
        doubtful = replace(server, trusted=False, settings=replace(server.settings, security=security))

        outcome = check.run(logins(doubtful, None))

    expected = ProblemKind.HOST_NOT_CONSENTED if security is Security.TLS else ProblemKind.PLAIN_NOT_CONSENTED
    assert outcome.kind is OutcomeKind.NEEDS_CONSENT
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.kind is expected
    assert imap.connections == 0


def test_an_agreed_plain_login_goes_through() -> None:
    with ScriptedServer(plain_script(IMAP)) as imap:
        check = Verifying(imap)
        server = proved(imap, IMAP)
        plain = replace(server, settings=replace(server.settings, security=Security.NONE))

        outcome = check.run(logins(plain, None, consent=Consent(plain_hosts=frozenset({f"{HOST}:{imap.port}"}))))

    assert outcome.kind is OutcomeKind.FOUND


def test_a_certificate_that_turned_bad_gets_no_password() -> None:
    with ScriptedServer(plain_script(IMAP), tls=untrusted(HOST)) as imap:
        outcome = Verifying(imap).run(logins(proved(imap, IMAP), None))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.field is Field.INCOMING_SECURITY
    assert names_tried(imap) == []


def test_another_certificate_than_the_pinned_one_gets_no_password() -> None:
    with ScriptedServer(plain_script(IMAP), tls=self_signed()) as imap:
        pin = "0" * 64
        pinned = replace(proved(imap, IMAP), pinned_sha256=pin)
        consent = Consent(pins={f"{HOST}:{imap.port}": pin})

        outcome = Verifying(imap).run(logins(pinned, None, consent=consent))

    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.kind is ProblemKind.CERTIFICATE_CHANGED
    assert names_tried(imap) == []


@pytest.mark.parametrize("name", ["boss", "boss@uspeh.test"])
def test_a_mailbox_is_not_asked_again_under_another_address(name: str) -> None:
    with over_tls(IMAP, refusing(IMAP)) as imap:
        ledger = Verifying().ledger
        of_boss = logins(proved(imap, IMAP, username=name), None)
        for somebody in ("anna", "boris", "vera", "galina"):
            check = Verifying(imap)
            check.ledger = ledger
            outcome = check.run(replace(of_boss, entered_address=f"{somebody}@uspeh.test"))

    assert len(names_tried(imap)) == 3
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.kind is ProblemKind.LOGIN_PAUSED


def test_each_server_gets_its_own_secret() -> None:
    with over_tls(IMAP) as imap, over_tls(SMTP, refusing(SMTP)) as smtp:
        check = Verifying(imap, smtp)
        both = Credentials(SECRET, outgoing="drugoy-klyuch-18")

        outcome = check.run(logins(proved(imap, IMAP), proved(smtp, SMTP), credentials=both))

    heard = b"".join(base64.b64decode(line.split()[-1]) for line in smtp.received if b" PLAIN " in line)
    assert b"drugoy-klyuch-18" in heard
    assert SECRET.encode() not in heard
    assert outcome.outgoing_problem is not None
    assert outcome.outgoing_problem.field is Field.OUTGOING_SECRET


def test_neither_the_steps_nor_the_outcome_hold_the_secret() -> None:
    repeating = f"{SECRET} is wrong".encode()
    with over_tls(IMAP, (LOGIN_OF[IMAP], b"{tag} NO [AUTHENTICATIONFAILED] " + repeating + b"\r\n")) as imap:
        check = Verifying(imap)
        verification = logins(proved(imap, IMAP), None)

        outcome = check.run(verification)

    assert SECRET not in repr(verification)
    assert SECRET not in repr(outcome)
    assert SECRET not in repr(check.telling.steps)
