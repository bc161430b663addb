"""Handshakes, at once and after STARTTLS: what is accepted, what every failure is called, what is never sent."""

import ssl
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import pytest

from tests.certificates import expired, made, not_yet_valid, self_signed, server_context, untrusted, wrong_name
from tests.net.loopback import trouble
from tests.net.talking import talk
from tests.scripted import Peer, Script, ScriptedServer, dialogue, flood, hear, reset, silence, starttls
from webapp.net.problems import CERTIFICATE_PROBLEMS, Problem, ProblemKind
from webapp.net.stream import LineStream
from webapp.net.tls import TlsContexts, certificate_facts

Result = TypeVar("Result")
GREETING = dialogue(b"* OK ready\r\n", silence)
LISTENER = dialogue(hear(rb".*"), b"+OK\r\n")


def handshake_problem(script: Script, tls: ssl.SSLContext | None, timeout_s: float = 5) -> Problem:
    """Shake hands, which must fail."""
    with ScriptedServer(script, tls=tls) as server, trouble() as problems:
        talk(server, LineStream.start_tls, timeout_s)
    return problems[0]


def only_tls_1_1() -> ssl.SSLContext:
    """Return a server's context that is too old for us."""
    context = server_context("127.0.0.1", "old.example")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def test_a_verified_certificate_lets_words_pass_and_is_told() -> None:
    async def converse(stream: LineStream) -> bytes:
        assert not stream.secure
        await stream.start_tls()
        assert stream.secure
        assert stream.tls_version == "TLSv1.3"
        assert stream.certificate
        assert "127.0.0.1" in stream.certificate.names
        await stream.write(b"NOOP\r\n")
        return await stream.read_line()

    with ScriptedServer(LISTENER, tls=server_context()) as server:
        assert talk(server, converse) == b"+OK"

    assert server.received == [b"NOOP"]
    assert server.received_in_clear == []


def test_starttls_is_the_same_handshake_later() -> None:
    script = dialogue(b"+OK ready\r\n", hear(rb"STLS"), b"+OK\r\n", starttls, hear(rb"CAPA"), b"+OK now secret\r\n")

    async def converse(stream: LineStream) -> bytes:
        await stream.read_line()
        await stream.write(b"STLS\r\n")
        await stream.read_line()
        await stream.start_tls()
        await stream.write(b"CAPA\r\n")
        return await stream.read_line()

    with ScriptedServer(script) as server:
        assert talk(server, converse) == b"+OK now secret"

    assert server.received_in_clear == [b"STLS"]


@pytest.mark.parametrize(
    ("context", "kind"),
    [
        (expired, ProblemKind.CERTIFICATE_EXPIRED),
        (not_yet_valid, ProblemKind.CERTIFICATE_NOT_YET_VALID),
        (wrong_name, ProblemKind.CERTIFICATE_WRONG_NAME),
        (untrusted, ProblemKind.CERTIFICATE_UNKNOWN_ISSUER),
        (self_signed, ProblemKind.CERTIFICATE_SELF_SIGNED),
        (lambda: expired("other.example"), ProblemKind.CERTIFICATE_WRONG_NAME),
        (lambda: untrusted("other.example"), ProblemKind.CERTIFICATE_UNKNOWN_ISSUER),
    ],
)
def test_each_fault_of_a_certificate_has_its_kind(context: Callable[[], ssl.SSLContext], kind: ProblemKind) -> None:
    problem = handshake_problem(GREETING, context())

    assert problem.kind is kind
    assert problem.kind in CERTIFICATE_PROBLEMS
    assert problem.certificate is None


def test_a_peer_in_plain_text_is_no_certificate_problem_and_its_words_are_kept() -> None:
    problem = handshake_problem(dialogue(b"220 mail ESMTP\x1b[0m ready\r\n", silence), None)

    assert (problem.kind, problem.server_said) == (ProblemKind.TLS_NOT_SPOKEN, "220 mail ESMTP [0m ready")


def test_a_peer_that_is_too_old_fails_the_handshake() -> None:
    assert handshake_problem(GREETING, only_tls_1_1()).kind is ProblemKind.TLS_FAILED


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (silence, ProblemKind.SILENT),
        (reset, ProblemKind.CONNECTION_LOST),
        (dialogue(), ProblemKind.CONNECTION_LOST),
        (flood(b"garbage" * 1000), ProblemKind.TLS_NOT_SPOKEN),
        (flood(b"\x16\x03\x03\x40\x00" + b"\x00" * 0x4000), ProblemKind.TLS_FAILED),
        (dialogue(b"\x15\x03\x03\x00\x02\x02\x28", silence), ProblemKind.TLS_FAILED),
    ],
)
def test_a_handshake_that_does_not_come_about_has_its_kind(script: Script, kind: ProblemKind) -> None:
    assert handshake_problem(script, None, timeout_s=0.5).kind is kind


def test_words_sent_ahead_of_the_handshake_are_an_injection() -> None:
    script = dialogue(b"+OK ready\r\n", hear(rb"STLS"), b"+OK go on\r\n-ERR injected\r\n", silence)

    async def converse(stream: LineStream) -> None:
        await stream.read_line()
        await stream.write(b"STLS\r\n")
        await stream.read_line()
        await stream.start_tls()

    with ScriptedServer(script) as server, trouble() as problems:
        talk(server, converse)

    assert problems[0].kind is ProblemKind.STARTTLS_INJECTION


def test_a_large_letter_crosses_tls_whole() -> None:
    letter = bytes(range(256)) * 4000

    def script(peer: Peer) -> None:
        assert peer.hear_bytes(len(letter)) == letter
        peer.say(letter[: 512 * 1024])

    async def converse(stream: LineStream) -> bytes:
        await stream.start_tls()
        await stream.write(letter)
        return await stream.read_exactly(512 * 1024)

    with ScriptedServer(script, tls=server_context()) as server:
        assert talk(server, converse) == letter[: 512 * 1024]


def test_a_server_that_cuts_tls_off_is_a_lost_connection() -> None:
    async def converse(stream: LineStream) -> None:
        await stream.start_tls()
        await stream.read_line()

    with ScriptedServer(dialogue(b"* OK half", Peer.end), tls=server_context()) as server, trouble() as problems:
        talk(server, converse)

    assert problems[0].kind is ProblemKind.CONNECTION_LOST


def test_closing_says_goodbye_in_tls() -> None:
    ends: list[bytes] = []

    def script(peer: Peer) -> None:
        assert isinstance(peer._socket, ssl.SSLSocket)
        vars(peer._socket)["suppress_ragged_eofs"] = False
        ends.append(peer._socket.recv(1))

    with ScriptedServer(script, tls=server_context()) as server:
        talk(server, LineStream.start_tls)
        assert server.wait_until_left()

    assert ends == [b""]


def test_a_server_hears_why_its_certificate_was_refused() -> None:
    reasons: list[str] = []

    def script(peer: Peer) -> None:
        try:
            peer.shake_hands(untrusted())
        except ssl.SSLError as error:
            reasons.append(error.reason)

    with ScriptedServer(script) as server:
        with trouble():
            talk(server, LineStream.start_tls)
        assert server.wait_until_left()

    assert reasons == ["TLSV1_ALERT_UNKNOWN_CA"]


def test_bytes_that_are_no_certificate_have_no_facts() -> None:
    assert certificate_facts(b"") is None
    assert certificate_facts(b"0\x82garbage") is None


def test_the_contexts_take_nothing_older_than_tls_1_2_and_verify_by_default() -> None:
    contexts = TlsContexts()

    assert contexts.verified.verify_mode is ssl.CERT_REQUIRED
    assert contexts.verified.check_hostname
    assert {context.minimum_version for context in (contexts.verified, contexts.unverified)} == {ssl.TLSVersion.TLSv1_2}


def test_a_renewed_certificate_of_the_same_key_shows_that_it_is_the_same() -> None:
    ders = (made("a.test").der, made("a.test", not_after=datetime(2091, 1, 1)).der, made("a.test", key="other").der)
    first, renewed, other = (certificate_facts(der) for der in ders)

    assert first is not None
    assert renewed is not None
    assert other is not None
    assert first.key_sha256 == renewed.key_sha256 != other.key_sha256
    assert first.sha256 != renewed.sha256
