"""News servers: only what was typed is tried, with or without a login, and never unprotected beside TLS."""

import ssl
from dataclasses import replace

import pytest

from tests.certificates import server_context, untrusted
from tests.detection.news import LISTED, OPEN, news, news_script, proved_news, typed_news
from tests.detection.servers import HOST, plain_script
from tests.detection.verifying import SECRET, Verifying, logins
from tests.detection.world import RECEIVING, Telling, world
from tests.mail.scripts import IMAP
from tests.peer import Peer
from tests.scripted import ScriptedServer
from webapp.detection.assumptions import recommended
from webapp.detection.engine import KnownAccount
from webapp.detection.providers import ProviderTable
from webapp.detection.types import Consent, EnteredServer, OutcomeKind, Source
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.net.problems import Field, ProblemKind


def test_a_typed_news_server_is_proved_and_nobody_else_is_asked() -> None:
    with news() as server, world(server) as here:
        outcome = here.detect(typed_news(port=server.port, security=Security.TLS, username="anna"))

    assert outcome.kind is OutcomeKind.FOUND
    found = outcome.findings.incoming[0]
    assert (found.settings.protocol, found.settings.username, found.source) == (Protocol.NNTP, "anna", Source.ENTERED)
    assert found.settings.auth_methods == (AuthMethod.PASSWORD_CLEARTEXT,)
    assert list(here.telling.steps) == [f"probe:nntp:{HOST}:{server.port}:tls"]


def test_blanks_are_found_out_at_the_two_standard_ports_of_that_host_alone() -> None:
    with world() as here:
        here.zone.add("_nntps._tcp.uspeh.test", "SRV", f"0 1 563 {HOST}.")

        outcome = here.detect(typed_news())

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert list(here.telling.steps) == [f"probe:nntp:{HOST}:563:tls", f"probe:nntp:{HOST}:119:starttls"]
    assert outcome.findings.incoming_problem is not None
    assert outcome.findings.incoming_problem.kind is ProblemKind.CONNECTION_REFUSED


def test_a_blank_host_of_a_news_server_is_told_and_nothing_is_guessed() -> None:
    with world() as here:
        outcome = here.detect(typed_news(host=None))

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert here.telling.steps == {}
    assert outcome.findings.incoming_problem is not None
    assert outcome.findings.incoming_problem.field is Field.INCOMING_HOST


@pytest.mark.parametrize("domain", ["gmail.com", "proton.me", "outlook.com"])
def test_what_is_known_of_a_mail_provider_says_nothing_about_news(domain: str) -> None:
    with news() as server, world(server) as here:
        entered = replace(typed_news(port=server.port, security=Security.TLS), address=f"anna@{domain}")

        outcome = here.detect(entered)

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.findings.hints == ()


def test_without_a_login_the_server_is_proved_and_has_no_login_name() -> None:
    with news(OPEN) as server, world(server) as here:
        outcome = here.detect(typed_news(port=server.port, security=Security.TLS, auth_method=AuthMethod.NONE))

    assert outcome.kind is OutcomeKind.FOUND
    settings = outcome.findings.incoming[0].settings
    assert (settings.auth_methods, settings.username) == ((AuthMethod.NONE,), None)


def test_a_server_without_logins_needs_none() -> None:
    with news(OPEN) as server, world(server) as here:
        outcome = here.detect(typed_news(port=server.port, security=Security.TLS))

    assert outcome.findings.incoming[0].settings.auth_methods == (AuthMethod.NONE,)


def test_a_login_may_be_left_out_where_the_server_offers_one() -> None:
    with news() as server, world(server) as here:
        outcome = here.detect(typed_news(port=server.port, security=Security.TLS, auth_method=AuthMethod.NONE))

    assert outcome.findings.incoming[0].settings.auth_methods == (AuthMethod.NONE,)


def test_starttls_is_found_where_only_the_port_was_typed() -> None:
    listed = b"101 list\r\nREADER\r\nSTARTTLS\r\n.\r\n"

    def play(peer: Peer) -> None:
        peer.say(b"200 ready\r\n")
        assert peer.hear() == b"CAPABILITIES"
        peer.say(listed)
        assert peer.hear() == b"STARTTLS"
        peer.say(b"382 go\r\n")
        peer.shake_hands()
        assert peer.hear() == b"CAPABILITIES"
        peer.say(LISTED)
        assert peer.hear() == b"QUIT"

    with ScriptedServer(play, context=server_context(HOST)) as server, world(server) as here:
        outcome = here.detect(typed_news(port=server.port, security=Security.STARTTLS, username="anna"))

    assert outcome.kind is OutcomeKind.FOUND


def test_an_unprotected_server_is_offered_only_with_consent_and_where_nothing_speaks_tls() -> None:
    with ScriptedServer(news_script()) as server, world(server) as here:
        asked = here.detect(typed_news(port=server.port, username="anna"))

    assert asked.kind is OutcomeKind.NEEDS_CONSENT
    assert asked.findings.incoming[0].settings.security is Security.NONE

    with ScriptedServer(news_script(), news_script()) as server, world(server) as here:
        strangers = here.detect(typed_news(port=server.port, security=Security.NONE, auth_method=AuthMethod.NONE))

    assert strangers.kind is OutcomeKind.FOUND  # neither a password nor a letter goes there


@pytest.mark.parametrize("context", [server_context(HOST), untrusted(HOST)], ids=["good", "untrusted"])
def test_an_unprotected_login_is_refused_where_the_port_speaks_tls(context: ssl.SSLContext) -> None:
    def play(peer: Peer) -> None:
        peer.say(b"200 ready\r\n")
        while (line := peer.hear()) != b"STARTTLS":
            peer.say(b"101 list\r\nREADER\r\nSTARTTLS\r\n.\r\n" if line == b"CAPABILITIES" else b"205 bye\r\n")
        peer.say(b"382 go\r\n")
        peer.shake_hands()
        peer.hear()
        peer.say(LISTED)

    with ScriptedServer(play, context=context) as server, world(server) as here:
        outcome = here.detect(typed_news(port=server.port, security=Security.NONE, username="anna"))
        here.telling = Telling()
        check = Verifying(server)
        consent = Consent(plain_hosts=frozenset({f"{HOST}:{server.port}"}))
        server_in_clear = proved_news(server, AuthMethod.PASSWORD_CLEARTEXT, security=Security.NONE)
        verified = check.run(logins(server_in_clear, None, consent=consent))

    assert outcome.findings.incoming_problem is not None
    assert outcome.findings.incoming_problem.kind is ProblemKind.TLS_AVAILABLE
    assert verified.incoming_problem is not None
    assert verified.incoming_problem.kind is ProblemKind.TLS_AVAILABLE
    assert not any(SECRET.encode() in line for line in server.received)


def test_a_mail_server_on_the_typed_port_is_told_at_the_port() -> None:
    with ScriptedServer(plain_script(IMAP), tls=server_context(HOST)) as server, world(server) as here:
        outcome = here.detect(typed_news(port=server.port, security=Security.TLS))

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.WRONG_PROTOCOL, Field.INCOMING_PORT)


def test_a_certificate_of_another_name_sends_us_nowhere_else() -> None:
    context = server_context("box.hoster.test")
    with ScriptedServer(news_script(), tls=context) as server, world(server) as here:
        here.zone.add("box.hoster.test", "A", "127.0.0.1")

        outcome = here.detect(typed_news(port=server.port, security=Security.TLS))

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert list(here.telling.steps) == [f"probe:nntp:{HOST}:{server.port}:tls"]


def test_a_news_port_typed_for_a_mailbox_does_not_make_it_news() -> None:
    with world() as here:
        entered = replace(RECEIVING, incoming=EnteredServer(host=HOST, port=563))

        here.detect(entered)

    assert not [key for key in here.telling.steps if key.startswith("probe:nntp")]


def test_whoever_looks_for_a_mailbox_is_not_led_to_the_news() -> None:
    with news() as server, world(server) as here:
        known = KnownAccount("boris@uspeh.test", proved_news(server).settings, None, trusted=True)

        outcome = here.detect(RECEIVING, known=(known,), limit_s=1.0)

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert server.connections == 0


def test_recommended_values_invent_no_news_server() -> None:
    providers = ProviderTable.load()
    named = recommended(replace(typed_news(), address="anna@yandex.ru"), providers)
    blank = recommended(typed_news(host=None), providers)

    assert [(server.settings.host, server.settings.port) for server in named.incoming] == [(HOST, 563)]
    assert blank.incoming == ()
