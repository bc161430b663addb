"""Every fault of a certificate, over TLS and STARTTLS, by each protocol: no password without exactly its pin."""

import pytest

from tests.certificates import made
from tests.detection.certified import (
    CHANGES,
    FAULTS,
    GOOD,
    WAYS,
    accepting,
    logins_heard,
    script_of,
    showing,
    stored,
    typed_by_hand,
)
from tests.detection.servers import HOST, plain_script
from tests.detection.test_verify_letter import SENDING, taking_letters
from tests.detection.verifying import SECRET, Verifying, logins
from tests.detection.world import world
from tests.mail.scripts import IMAP, POP3, SMTP, Speech, forms_of
from tests.scripted import ScriptedServer
from webapp.detection.types import Consent, Findings, Outcome, OutcomeKind, ProvedServer
from webapp.mail.settings import Direction, Security
from webapp.net.problems import ProblemKind
from webapp.net.tls import fingerprint

KINDS = pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.value)
CHANGED = pytest.mark.parametrize("change", CHANGES)
EVERY_WAY = pytest.mark.parametrize(
    ("speech", "security"), WAYS, ids=[f"{speech.protocol}-{security}" for speech, security in WAYS]
)


@KINDS
@EVERY_WAY
def test_a_search_finds_no_server_behind_a_bad_certificate(
    speech: Speech, security: Security, kind: ProblemKind
) -> None:
    with showing(speech, security, FAULTS[kind]) as server, world(server) as here:
        entered = typed_by_hand(server, speech, security)
        outcome = here.detect(entered)

    problem = outcome.findings.problem(entered.wanted()[0])
    assert (outcome.kind, problem.kind if problem else None) == (OutcomeKind.NOT_FOUND, kind)
    assert problem is not None
    assert problem.certificate is not None
    assert problem.certificate.sha256 == fingerprint(FAULTS[kind].der), "a person can look at it"


@KINDS
@EVERY_WAY
def test_a_login_at_a_bad_certificate_sends_no_password(speech: Speech, security: Security, kind: ProblemKind) -> None:
    with showing(speech, security, FAULTS[kind]) as server:
        outcome = log_in(server, stored(server, speech, security), Consent())

    assert (outcome.kind, kind_met(outcome)) == (OutcomeKind.NOT_PROVED, kind)
    assert heard_no_password(server, speech)


@KINDS
@EVERY_WAY
def test_exactly_the_pinned_certificate_lets_the_password_out_and_only_over_tls(
    speech: Speech, security: Security, kind: ProblemKind
) -> None:
    with showing(speech, security, FAULTS[kind]) as server:
        consent = accepting(server, FAULTS[kind])
        with world(server) as here:
            found = found_by(here.detect(typed_by_hand(server, speech, security), consent))
        outcome = log_in(server, found, consent)

    assert found.pinned_sha256 == fingerprint(FAULTS[kind].der)
    assert outcome.kind is OutcomeKind.FOUND
    assert len(logins_heard(server, speech)) == 1
    assert not any(form in line for form in forms_of(SECRET) for line in server.received_in_clear)


@KINDS
@EVERY_WAY
def test_a_pin_nobody_gave_for_this_account_is_no_pin(speech: Speech, security: Security, kind: ProblemKind) -> None:
    with showing(speech, security, FAULTS[kind]) as server:
        pinned = stored(server, speech, security, FAULTS[kind])
        elsewhere = Consent(pins={f"{HOST}:1": pinned.pinned_sha256 or ""}, hosts=frozenset({HOST}))

        outcomes = [log_in(server, pinned, consent) for consent in (Consent(), elsewhere)]

    assert [kind_met(outcome) for outcome in outcomes] == [ProblemKind.HOST_NOT_CONSENTED] * 2
    assert server.connections == 0


@CHANGED
@EVERY_WAY
def test_another_certificate_than_the_pinned_one_is_told_with_its_facts_and_gets_no_password(
    speech: Speech, security: Security, change: str
) -> None:
    was, now = CHANGES[change]
    with showing(speech, security, now) as server:
        consent = accepting(server, was)
        entered = typed_by_hand(server, speech, security)
        with world(server) as here:
            searched = here.detect(entered, consent).findings.problem(entered.wanted()[0])
        outcome = log_in(server, stored(server, speech, security, was), consent)

    met = outcome.incoming_problem or outcome.outgoing_problem
    for problem in (searched, met):
        assert problem is not None
        assert problem.kind is ProblemKind.CERTIFICATE_CHANGED
        assert problem.certificate is not None
        assert problem.certificate.sha256 == fingerprint(now.der)
    assert heard_no_password(server, speech)


@EVERY_WAY
def test_it_is_compared_at_every_connection(speech: Speech, security: Security) -> None:
    was, now = CHANGES["renewed with the same key"]
    with showing(speech, security, was, was, now) as server:
        consent, server_of_account = accepting(server, was), stored(server, speech, security, was)

        kinds = [kind_met(log_in(server, server_of_account, consent)) for _ in range(3)]

    assert kinds == [None, None, ProblemKind.CERTIFICATE_CHANGED]
    assert len(logins_heard(server, speech)) == 2


@EVERY_WAY
def test_a_certificate_accepted_in_time_of_need_does_not_stand_for_a_good_one(
    speech: Speech, security: Security
) -> None:
    """Whoever was never asked is verified, whatever a server of the same name was accepted by elsewhere."""
    with showing(speech, security, GOOD) as server:
        outcome = log_in(server, stored(server, speech, security), accepting(server, made(HOST, issuer=None)))

    assert outcome.kind is OutcomeKind.FOUND


def test_where_no_certificate_is_shown_none_was_accepted() -> None:
    """A server that lost its STARTTLS is another matter: the pin of its better days proves nothing about it."""
    with ScriptedServer(plain_script(IMAP)) as server, world(server) as here:
        consent = accepting(server, made(HOST, issuer=None))
        found = here.detect(typed_by_hand(server, IMAP, Security.NONE), consent).findings.incoming

    assert [(one.settings.security, one.pinned_sha256) for one in found] == [(Security.NONE, None)]


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_the_look_for_the_test_message_compares_as_well(security: Security) -> None:
    was, now = CHANGES["swapped for another key"]
    empty = (rb"STAT", b"+OK 0 0\r\n")
    scripts = [script_of(POP3, security, one, empty) for one in (was, now)]
    letter = (*SENDING, (rb"DATA", taking_letters(b"250 taken\r\n")))
    with (
        ScriptedServer(*scripts) as pop3,
        ScriptedServer(script_of(SMTP, security, was, *letter)) as smtp,
    ):
        consent = Consent(pins=accepting(pop3, was).pins | accepting(smtp, was).pins)
        incoming, outgoing = stored(pop3, POP3, security, was), stored(smtp, SMTP, security, was)
        outcome = Verifying(pop3, smtp).run(logins(incoming, outgoing, consent=consent, letter=True))

    assert outcome.letter_problem is not None
    assert outcome.letter_problem.kind is ProblemKind.CERTIFICATE_CHANGED
    assert len(logins_heard(pop3, POP3)) == 1, "the second connection, behind the other certificate, heard none"


def log_in(server: ScriptedServer, wanted: ProvedServer, consent: Consent) -> Outcome:
    """Log in to one server as a check does."""
    both = (None, wanted) if wanted.settings.direction is Direction.OUTGOING else (wanted, None)
    return Verifying(server).run(logins(*both, consent=consent))


def kind_met(outcome: Outcome) -> ProblemKind | None:
    """Return what a login met."""
    problem = outcome.incoming_problem or outcome.outgoing_problem
    return problem.kind if problem is not None else None


def found_by(outcome: Outcome) -> ProvedServer:
    """Return the one server a search found."""
    findings: Findings = outcome.findings
    assert outcome.kind is OutcomeKind.FOUND
    return (*findings.incoming, *findings.outgoing)[0]


def heard_no_password(server: ScriptedServer, speech: Speech) -> bool:
    """Tell whether neither a login nor the password in any form reached the server."""
    said = b"\n".join(server.received)
    return not logins_heard(server, speech) and not any(form in said for form in forms_of(SECRET))
