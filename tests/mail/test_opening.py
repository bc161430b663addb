"""What may happen before the login, the same in all three protocols."""

import asyncio

import pytest

from tests.certificates import expired, self_signed, server_context, untrusted, wrong_name
from tests.mail.scripts import (
    IMAP,
    POP3,
    SMTP,
    SPEECHES,
    Speech,
    endpoint_of,
    problem_of,
    with_session,
)
from tests.scripted import ScriptedServer, dialogue, hear, network_to, reset, silence, starttls
from webapp.mail.sessions import AnySession, open_session
from webapp.mail.settings import AuthMethod, Security
from webapp.net.problems import ProblemKind
from webapp.net.tls import fingerprint

every_protocol = pytest.mark.parametrize("speech", SPEECHES, ids=lambda speech: speech.protocol)


async def methods(session: AnySession) -> tuple[AuthMethod, ...]:
    return session.auth_methods


@every_protocol
def test_a_session_over_tls_knows_what_the_server_offers(speech: Speech) -> None:
    with ScriptedServer(speech.up_to_login(silence), tls=server_context()) as server:
        offered = with_session(server, speech, methods)

    assert offered == (AuthMethod.PASSWORD_CLEARTEXT,)
    assert server.received_in_clear == []


@every_protocol
def test_starttls_is_really_done_and_abilities_are_asked_inside(speech: Speech) -> None:
    with ScriptedServer(speech.over_starttls(silence)) as server:
        offered = with_session(server, speech, methods, Security.STARTTLS)

    assert offered == (AuthMethod.PASSWORD_CLEARTEXT,)
    assert server.received_in_clear[-1].endswith((b"STARTTLS", b"STLS"))
    assert len(server.received) == len(server.received_in_clear) + 1


@every_protocol
def test_facts_are_told_as_they_come_true(speech: Speech) -> None:
    facts: list[str] = []

    async def run(server: ScriptedServer) -> None:
        endpoint = endpoint_of(server, speech, Security.STARTTLS)
        async with await open_session(network_to(server), endpoint, observe=facts.append):
            pass

    with ScriptedServer(speech.over_starttls(silence)) as server:
        asyncio.run(run(server))

    assert facts[:5] == ["name", "address=127.0.0.1", "port", "greeting", "tls=TLSv1.3"]
    assert facts[5].startswith("abilities=PLAIN")


@every_protocol
def test_a_refused_starttls_is_named_with_the_servers_words(speech: Speech) -> None:
    # The only list of POP3 is asked for after the refusal.
    explained = speech.abilities if speech is POP3 else ()
    with ScriptedServer(speech.up_to_tls(speech.tls_refused, *explained, silence)) as server:
        problem = problem_of(server, speech, security=Security.STARTTLS)

    assert problem.kind is ProblemKind.STARTTLS_REFUSED
    assert problem.host == "127.0.0.1"
    assert problem.server_said is not None
    assert "not today" in problem.server_said


@pytest.mark.parametrize(
    ("speech", "turns"),
    [
        (IMAP, (IMAP.greeting, hear(IMAP.ask_for_tls), b"{tag} BAD unknown command\r\n")),
        (POP3, (POP3.greeting, hear(b"STLS"), b"-ERR what\r\n", hear(b"CAPA"), b"+OK\r\nUSER\r\n.\r\n")),
        (POP3, (POP3.greeting, hear(b"STLS"), b"-ERR what\r\n", hear(b"CAPA"), b"-ERR what\r\n")),
        (SMTP, (SMTP.greeting, hear(rb"EHLO \S+"), b"250-hello\r\n250 AUTH PLAIN\r\n")),
        (SMTP, (SMTP.greeting, hear(rb"EHLO \S+"), b"500 what\r\n", hear(rb"HELO \S+"), b"250 hello\r\n")),
    ],
)
def test_a_server_without_starttls_is_told_from_one_that_refuses_it(speech: Speech, turns: tuple[bytes, ...]) -> None:
    with ScriptedServer(dialogue(*turns, silence)) as server:
        assert problem_of(server, speech, security=Security.STARTTLS).kind is ProblemKind.STARTTLS_NOT_OFFERED


@every_protocol
def test_bytes_slipped_in_before_the_handshake_end_the_conversation(speech: Speech) -> None:
    injected = speech.tls_granted + b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
    with ScriptedServer(speech.up_to_tls(injected, silence)) as server:
        problem = problem_of(server, speech, security=Security.STARTTLS)

    assert problem.kind is ProblemKind.STARTTLS_INJECTION


@every_protocol
@pytest.mark.parametrize(
    ("context", "kind"),
    [
        (untrusted, ProblemKind.CERTIFICATE_UNKNOWN_ISSUER),
        (self_signed, ProblemKind.CERTIFICATE_SELF_SIGNED),
        (wrong_name, ProblemKind.CERTIFICATE_WRONG_NAME),
        (expired, ProblemKind.CERTIFICATE_EXPIRED),
    ],
)
def test_a_bad_certificate_comes_with_its_facts_and_nothing_is_said_beyond_starttls(
    speech: Speech, context: object, kind: ProblemKind
) -> None:
    assert callable(context)
    with ScriptedServer(speech.up_to_tls(speech.tls_granted, starttls, silence), context=context()) as server:
        problem = problem_of(server, speech, security=Security.STARTTLS)

    assert problem.kind is kind
    assert problem.certificate is not None
    assert len(problem.certificate.sha256) == 64
    assert server.received == server.received_in_clear
    assert server.received[-1].endswith((b"STARTTLS", b"STLS"))
    assert server.connections == 2


@every_protocol
def test_a_bad_certificate_over_implicit_tls_hears_nothing_at_all(speech: Speech) -> None:
    with ScriptedServer(silence, tls=untrusted()) as server:
        problem = problem_of(server, speech)

    assert problem.kind is ProblemKind.CERTIFICATE_UNKNOWN_ISSUER
    assert problem.certificate is not None
    assert server.received == []


@every_protocol
def test_a_bad_certificate_is_named_even_if_it_cannot_be_looked_at_again(speech: Speech) -> None:
    with ScriptedServer(speech.up_to_tls(speech.tls_granted, starttls), reset, context=untrusted()) as server:
        problem = problem_of(server, speech, security=Security.STARTTLS)

    assert problem.kind is ProblemKind.CERTIFICATE_UNKNOWN_ISSUER
    assert problem.certificate is None


@every_protocol
def test_a_pinned_certificate_is_accepted_and_another_one_is_not(speech: Speech) -> None:
    async def run(server: ScriptedServer, pin: str) -> None:
        endpoint = endpoint_of(server, speech, Security.TLS)
        async with await open_session(network_to(server), endpoint, pin=pin):
            pass

    with ScriptedServer(silence, tls=self_signed()) as server:
        seen = problem_of(server, speech).certificate
    assert seen is not None
    with ScriptedServer(speech.up_to_login(silence), tls=self_signed()) as server:
        asyncio.run(run(server, seen.sha256))
    with ScriptedServer(silence, tls=self_signed()) as server, pytest.raises(Exception, match="certificate-changed"):
        asyncio.run(run(server, fingerprint(b"another")))


@every_protocol
def test_a_cancelled_opening_leaves_no_socket(speech: Speech) -> None:
    async def run(server: ScriptedServer) -> None:
        network = network_to(server)
        greeted = asyncio.Event()

        def observe(fact: str) -> None:
            if fact == "greeting":
                greeted.set()

        opening = asyncio.create_task(
            open_session(network, endpoint_of(server, speech, Security.STARTTLS), observe=observe)
        )
        await greeted.wait()
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert network.open_streams == 0

    with ScriptedServer(dialogue(speech.greeting, silence)) as server:
        asyncio.run(run(server))
        assert server.wait_until_left()
