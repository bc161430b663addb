"""Libraries are let in exactly as the proof was: same certificate, same pin, same login, same problems."""

import logging
import ssl
import threading
import tomllib
import traceback
from collections.abc import Callable

import pytest

from tests.certificates import expired, self_signed, server_context, trusting, untrusted, wrong_name
from tests.mail.clients.opened import CAPABILITY, SPEECHES, Client, Door, let_in, noop
from tests.mail.scripts import ASCII_SECRET, IMAP, POP3, SECRET, SMTP, USERNAME, Speech, forms_of, problem_of
from tests.mail.test_causes import CORPUS
from tests.peer import Peer
from tests.scripted import Script, ScriptedServer, dialogue, drip, flood, hear, reset, silence, starttls
from webapp.mail.clients.imap import Imap, open_imap
from webapp.mail.sessions import AnySession
from webapp.mail.settings import AuthMethod, Security
from webapp.net.cause import Cause
from webapp.net.guard import Guard
from webapp.net.network import Network
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.net.resolver import Resolver

every_protocol = pytest.mark.parametrize("speech", SPEECHES, ids=lambda speech: speech.protocol)
PATIENCE_S = 5.0  # less than the patience of the scripted server, which would end the wait as well


@every_protocol
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_library_works_behind_the_login(speech: Speech, security: Security) -> None:
    answer = {SMTP: b"250 ok\r\n", POP3: b"+OK\r\n", IMAP: b"{tag} OK done\r\n"}[speech]
    behind = (hear(rb"(?:(?P<tag>\S+) )?NOOP"), answer, silence)
    script = let_in(speech, *behind)
    if security is Security.STARTTLS:
        asked = CAPABILITY if speech is IMAP else ()
        script = speech.over_starttls(hear(speech.plain_login), speech.logged_in, *asked, *behind)

    with ScriptedServer(script, tls=server_context() if security is Security.TLS else None) as server:
        door = Door(server, speech, security)
        with door.enter() as client:
            assert noop(client)
            assert len(door.connections) == 1
        assert len(door.connections) == 0
        assert server.wait_until_left()

    assert not any(form in line for line in server.received_in_clear for form in forms_of(ASCII_SECRET))


@every_protocol
def test_a_refused_login_is_told_and_tried_once(speech: Speech) -> None:
    with ScriptedServer(
        speech.up_to_login(hear(speech.plain_login), speech.refused, silence), tls=server_context()
    ) as server:
        problem = Door(server, speech).problem()
        assert server.connections == 1

    assert (problem.kind, problem.cause) == (ProblemKind.LOGIN_REFUSED, Cause.WRONG_PASSWORD)
    assert (problem.host, problem.port) == (server.host, server.port)


def refusals() -> list[tuple[str, str]]:
    """Return protocol and lines of every real reply to a login."""
    entries = tomllib.loads(CORPUS.read_text(encoding="utf-8"))["reply"]
    spoken = [speech.protocol for speech in SPEECHES]
    return [(one["protocol"], one["text"]) for one in entries if one["step"] == "login" and one["protocol"] in spoken]


@pytest.mark.parametrize(("protocol", "text"), refusals())
def test_real_replies_to_a_login_are_the_same_problem_as_in_the_proof(protocol: str, text: str) -> None:
    speech = next(speech for speech in SPEECHES if speech.protocol == protocol)
    lines = [b"{tag}" + line[2:] if line.startswith(b"A1 ") else line for line in text.encode().split(b"\n")]
    script = speech.up_to_login(hear(speech.plain_login), b"".join(line + b"\r\n" for line in lines))

    async def log_in(session: AnySession) -> None:
        await session.login(USERNAME, ASCII_SECRET, AuthMethod.PASSWORD_CLEARTEXT)

    with ScriptedServer(script, tls=server_context()) as server:
        proved = problem_of(server, speech, log_in)
        assert Door(server, speech).problem() == proved

    assert proved.server_said or proved.kind is ProblemKind.CONNECTION_LOST


@every_protocol
@pytest.mark.parametrize("context", [expired, self_signed, untrusted, wrong_name])
def test_a_wrong_certificate_hears_nothing_and_the_pinned_one_is_let_in(
    speech: Speech, context: Callable[[], ssl.SSLContext]
) -> None:
    with ScriptedServer(let_in(speech, silence), tls=context()) as server:
        problem = Door(server, speech).problem()
        assert problem.certificate is not None
        assert server.received == []
        Door(server, speech, pin=problem.certificate.sha256).used()


@every_protocol
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_another_certificate_than_the_pinned_one_gets_no_word_of_the_login(speech: Speech, security: Security) -> None:
    script = let_in(speech, silence) if security is Security.TLS else speech.over_starttls(silence)
    with ScriptedServer(script, tls=server_context() if security is Security.TLS else None) as server:
        problem = Door(server, speech, security, pin="00" * 32).problem()
        assert server.received == server.received_in_clear

    assert problem.kind is ProblemKind.CERTIFICATE_CHANGED
    assert problem.certificate is not None


@every_protocol
def test_a_stripped_starttls_stops_everything(speech: Speech) -> None:
    with ScriptedServer(speech.up_to_tls(speech.tls_refused, *speech.abilities, silence)) as server:
        problem = Door(server, speech, Security.STARTTLS, plain_allowed=True).problem()

    assert problem.kind is ProblemKind.STARTTLS_REFUSED or problem.kind is ProblemKind.STARTTLS_NOT_OFFERED
    assert not any(form in line for line in server.received for form in forms_of(ASCII_SECRET))


@every_protocol
def test_words_before_the_handshake_are_an_injection(speech: Speech) -> None:
    with ScriptedServer(speech.up_to_tls(speech.tls_granted + b"* OK injected\r\n", starttls, silence)) as server:
        problem = Door(server, speech, Security.STARTTLS).problem()

    assert problem.kind is ProblemKind.STARTTLS_INJECTION


@every_protocol
def test_without_tls_the_password_goes_only_with_consent(speech: Speech) -> None:
    with ScriptedServer(let_in(speech, silence)) as server:
        assert Door(server, speech, Security.NONE).problem().kind is ProblemKind.PLAIN_NOT_CONSENTED
        assert not any(form in line for line in server.received for form in forms_of(ASCII_SECRET))
        Door(server, speech, Security.NONE, plain_allowed=True).used()


@every_protocol
def test_the_guard_refuses_before_any_packet(speech: Speech) -> None:
    with ScriptedServer(silence) as server:
        door = Door(server, speech)
        network = Network(Guard(mail_ports=frozenset({server.port})), Resolver(), trusting())
        with pytest.raises(Trouble) as raised:
            open_imap(network, door.access, door.connections)
        assert server.connections == network.open_streams == len(door.connections) == 0

    assert raised.value.problem.kind is ProblemKind.TARGET_REFUSED


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (silence, ProblemKind.SILENT),
        (reset, ProblemKind.CONNECTION_LOST),
        (dialogue(b"SSH-2.0-OpenSSH_9.2\r\n", silence), ProblemKind.WRONG_PROTOCOL),
        (flood(b"x" * 4096), ProblemKind.LINE_TOO_LONG),
        (drip(b"x" * 1000), ProblemKind.SILENT),
    ],
    ids=["silence", "reset", "garbage", "endless line", "drip"],
)
@every_protocol
def test_a_server_that_does_not_greet_is_a_trouble(speech: Speech, script: Script, kind: ProblemKind) -> None:
    with ScriptedServer(script, tls=server_context()) as server:
        assert Door(server, speech, timeout_s=0.3).problem().kind is kind


def test_who_needs_no_login_says_no_password() -> None:
    script = dialogue(
        b"* PREAUTH ready\r\n", *CAPABILITY, hear(rb"(?P<tag>\S+) NOOP"), b"{tag} OK\r\n", *CAPABILITY, silence
    )
    with ScriptedServer(script, tls=server_context()) as server:
        Door(server, IMAP, method=AuthMethod.NONE).used()


def test_a_relay_without_login_is_used_without_one() -> None:
    answered = (hear(rb"NOOP"), b"250 ok\r\n")
    script = dialogue(SMTP.greeting, *SMTP.abilities, *answered, *answered, silence)
    with ScriptedServer(script, tls=server_context()) as server:
        Door(server, SMTP, method=AuthMethod.NONE).used(noop)


def test_a_server_of_the_later_revision_alone_is_good_enough() -> None:
    capability = (hear(rb"(?P<tag>\S+) CAPABILITY"), b"* CAPABILITY IMAP4rev2 SASL-IR AUTH=PLAIN\r\n{tag} OK done\r\n")
    script = dialogue(IMAP.greeting, *capability, hear(IMAP.plain_login), IMAP.logged_in, *capability, silence)
    with ScriptedServer(script, tls=server_context()) as server:
        Door(server, IMAP).used(lambda client: has_capability(client, "IMAP4REV2"))


def has_capability(client: Client, name: str) -> None:
    assert isinstance(client, Imap)
    assert client.has_capability(name)


@every_protocol
@pytest.mark.parametrize("secret", [ASCII_SECRET, SECRET])
def test_no_log_tells_the_password(speech: Speech, secret: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(let_in(speech, silence), tls=server_context()) as server:
        Door(server, speech, secret=secret).used()

    assert not any(form.decode() in caplog.text for form in forms_of(secret))


@every_protocol
def test_no_exception_tells_the_password_even_if_the_server_does(speech: Speech) -> None:
    echo = speech.refused.replace(b"wrong password", b"no such password: " + ASCII_SECRET.encode())
    script = speech.up_to_login(hear(speech.plain_login), echo, silence)
    with ScriptedServer(script, tls=server_context()) as server, pytest.raises(Trouble) as raised:
        Door(server, speech).used()

    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value.problem)
    assert not any(form.decode() in told for form in forms_of(ASCII_SECRET))
    assert raised.value.problem.kind is ProblemKind.LOGIN_REFUSED
    assert ASCII_SECRET not in repr(Door(server, speech).access)


def ended_from_outside(door: Door, heard: threading.Event) -> Problem:
    """Let a thread work until it waits for the server, then end its connections; return what it was told."""
    problems: list[Problem] = []
    clients: list[Client] = []

    def use(client: Client) -> None:
        client.connected._asked_at = 0
        clients.append(client)
        noop(client)

    worker = threading.Thread(target=lambda: problems.append(door.problem(use)), daemon=True)
    worker.start()
    assert heard.wait(PATIENCE_S)
    for client in clients:
        while not (client.connected._asked_at and client.connected._channel._busy):
            pass  # it has sent its command and begins to wait for the answer
    door.connections.close()
    worker.join(PATIENCE_S)
    assert not worker.is_alive(), "it waits on"
    return problems[0]


def silent_once(event: threading.Event) -> Script:
    """Return a turn that tells the test that it begins, and then nothing to anybody."""

    def turn(peer: Peer) -> None:
        event.set()
        peer.keep_silent()

    return turn


@every_protocol
def test_opening_can_be_ended_by_another_thread(speech: Speech) -> None:
    waiting = threading.Event()
    with ScriptedServer(silent_once(waiting)) as server:
        door = Door(server, speech, Security.NONE, timeout_s=60)
        problem = ended_from_outside(door, waiting)
        assert server.wait_until_left()

    assert problem.kind is ProblemKind.CONNECTION_LOST
    assert door.connections.closed


@every_protocol
def test_a_command_under_way_can_be_ended_by_another_thread(speech: Speech) -> None:
    waiting = threading.Event()
    script = let_in(speech, hear(rb"(?:\S+ )?NOOP"), silent_once(waiting))
    with ScriptedServer(script, tls=server_context()) as server:
        problem = ended_from_outside(Door(server, speech, timeout_s=60), waiting)
        assert server.wait_until_left()

    assert problem.kind is ProblemKind.CONNECTION_LOST


def test_nothing_is_opened_any_more_once_everything_was_ended() -> None:
    with ScriptedServer(silence) as server:
        door = Door(server, IMAP)
        door.connections.close()
        assert door.problem().kind is ProblemKind.CONNECTION_LOST
        assert server.connections == 0
