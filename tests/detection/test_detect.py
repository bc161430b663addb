"""Searches against scripted servers: what is found, what is not, and why."""

from dataclasses import replace

import pytest

from tests.certificates import server_context
from tests.detection.servers import HOST, over_starttls, over_tls, plain_script
from tests.detection.world import ADDRESS, RECEIVING, Telling, world
from tests.mail.scripts import IMAP, POP3, SMTP
from tests.net.loopback import closed_port
from tests.scripted import ScriptedServer, reset
from webapp.detection.engine import KnownAccount
from webapp.detection.types import (
    Consent,
    Entered,
    OutcomeKind,
    Source,
)
from webapp.mail.settings import AuthMethod, Protocol, Security, ServerSettings
from webapp.net.problems import Field, ProblemKind

PASSWORD_COMMANDS = (b"AUTH", b"LOGIN", b"USER", b"PASS", b"AUTHENTICATE")


def commands(server: ScriptedServer) -> set[bytes]:
    """Return the commands a server heard, without tags and arguments."""
    return {word for line in server.received for word in line.upper().split()[:2]}


def test_srv_records_lead_to_proved_and_trusted_servers() -> None:
    with over_tls(IMAP) as imap, over_tls(SMTP) as smtp, world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=True)

        outcome = here.detect()

    assert outcome.kind is OutcomeKind.FOUND
    found = outcome.findings.incoming[0]
    assert (found.source, found.trusted, found.registrable_domain) == (Source.SRV, True, "uspeh.test")
    assert found.settings.username == ADDRESS
    assert not found.username_fixed
    assert found.settings.auth_methods == (AuthMethod.PASSWORD_CLEARTEXT,)
    assert outcome.seconds_proved is not None
    facts = here.telling.steps[f"probe:imap:{HOST}:{imap.port}:tls"].facts
    assert [fact.partition("=")[0] for fact in facts] == ["name", "address", "port", "tls", "greeting", "abilities"]


def test_no_server_hears_anything_about_a_password_in_a_search() -> None:
    with over_tls(IMAP) as imap, over_starttls(SMTP) as smtp, world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=False)

        here.detect()

    assert not (commands(imap) | commands(smtp)) & set(PASSWORD_COMMANDS)


def test_a_target_outside_the_domain_needs_consent() -> None:
    with (
        ScriptedServer(plain_script(IMAP), tls=server_context("box.elsewhere.test")) as imap,
        over_tls(SMTP) as smtp,
        world(imap, smtp) as here,
    ):
        here.zone.add("box.elsewhere.test", "A", "127.0.0.1")
        here.offer(IMAP, imap, tls=True, host="box.elsewhere.test")
        here.offer(SMTP, smtp, tls=True)

        asked = here.detect()
        here.telling = Telling()
        agreed = here.detect(consent=Consent(hosts=frozenset({"box.elsewhere.test"})))

    assert asked.kind is OutcomeKind.NEEDS_CONSENT
    assert asked.findings.incoming[0].registrable_domain == "elsewhere.test"
    assert agreed.kind is OutcomeKind.FOUND


def test_half_a_result_is_a_result() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)

        outcome = here.detect()

    assert outcome.kind is OutcomeKind.HALF_FOUND
    assert outcome.findings.incoming
    assert outcome.findings.outgoing_problem is not None


def test_what_the_domain_denies_is_neither_looked_for_nor_guessed() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)
        for service in ("_submission", "_submissions"):
            here.zone.add(f"{service}._tcp.uspeh.test", "SRV", "0 0 0 .")

        outcome = here.detect()

    assert outcome.findings.outgoing_problem is not None
    assert outcome.findings.outgoing_problem.kind is ProblemKind.NOT_OFFERED
    assert not here.telling.states("probe:smtp")


def test_a_dead_server_of_a_better_source_leads_on_to_the_next() -> None:
    dead = ServerSettings(Protocol.IMAP, HOST, closed_port(), Security.TLS, ADDRESS)
    with over_tls(IMAP) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)

        outcome = here.detect(RECEIVING, known=(KnownAccount("boris@uspeh.test", dead, None, trusted=True),))

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.findings.incoming[0].source is Source.SRV


def test_servers_of_a_colleague_come_first_and_with_the_form_of_the_name() -> None:
    with over_tls(IMAP) as mine, over_tls(IMAP) as published, world(mine, published) as here:
        here.offer(IMAP, published, tls=True)
        settings = ServerSettings(Protocol.IMAP, HOST, mine.port, Security.TLS, "boris")
        colleague = KnownAccount("boris@uspeh.test", settings, None, trusted=True)

        trusted = here.detect(RECEIVING, known=(colleague,))
        here.telling = Telling()
        untrusted_too = here.detect(RECEIVING, known=(replace(colleague, trusted=False),))

    found = trusted.findings.incoming[0]
    assert (found.source, found.settings.port, found.settings.username) == (Source.SAME_DOMAIN, mine.port, "anna")
    assert trusted.kind is OutcomeKind.FOUND
    assert untrusted_too.kind is OutcomeKind.NEEDS_CONSENT


def test_a_pop3_server_is_taken_where_there_is_no_imap() -> None:
    with over_tls(POP3) as pop3, world(pop3) as here:
        here.offer(POP3, pop3, tls=True)

        outcome = here.detect(RECEIVING)

    assert outcome.findings.incoming[0].settings.protocol is Protocol.POP3


def test_imap_is_chosen_over_pop3_and_tls_over_starttls_whoever_answers_first() -> None:
    with (
        over_tls(POP3) as pop3,
        over_starttls(IMAP) as starttls,
        over_tls(IMAP) as imap,
        world(pop3, starttls, imap) as here,
    ):
        here.offer(POP3, pop3, tls=True)
        here.offer(IMAP, starttls, tls=False)
        here.offer(IMAP, imap, tls=True)

        outcome = here.detect(RECEIVING)

    assert outcome.findings.incoming[0].settings.port == imap.port


def test_a_domain_that_does_not_exist_is_told_at_the_address() -> None:
    with world() as here:
        outcome = here.detect(Entered("anna@nowhere.test"))

    problem = outcome.findings.incoming_problem
    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert problem is not None
    assert (problem.kind, problem.host) == (ProblemKind.NAME_NOT_FOUND, "nowhere.test")
    assert problem.field is Field.ADDRESS


@pytest.mark.parametrize("address", ["anna@", "anna@bad domain", "anna@-x.test", "anna"])
def test_an_address_that_cannot_be_is_told_at_the_address(address: str) -> None:
    with world() as here:
        outcome = here.detect(Entered(address))

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.NAME_INVALID, Field.ADDRESS)


def test_a_reset_connection_is_only_a_problem() -> None:
    with ScriptedServer(reset) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)

        outcome = here.detect(RECEIVING)

    assert outcome.kind is OutcomeKind.NOT_FOUND
