"""Certificates that a person pinned after seeing them, and the look at them before."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.certificates import expired, self_signed, server_context, untrusted, wrong_name
from tests.net.loopback import trouble
from tests.net.talking import talk
from tests.scripted import ScriptedServer, dialogue, hear, silence
from webapp.net.problems import ProblemKind
from webapp.net.stream import LineStream

LISTENER = dialogue(hear(rb".*"), b"+OK\r\n")


def fingerprint_of(server: ScriptedServer) -> str:
    """Look at a server's certificate as a person would before pinning it."""

    async def look(stream: LineStream) -> str:
        await stream.start_tls(inspect_only=True)
        assert stream.certificate
        return stream.certificate.sha256

    return talk(server, look)


@pytest.mark.parametrize("context", [self_signed, expired, wrong_name, untrusted])
def test_a_pinned_certificate_is_accepted_whatever_else_is_wrong_with_it(
    context: Callable[[], ssl.SSLContext],
) -> None:
    async def converse(stream: LineStream) -> bytes:
        await stream.start_tls(pin=pin.upper())
        assert stream.secure
        await stream.write(b"NOOP\r\n")
        return await stream.read_line()

    with ScriptedServer(silence, LISTENER, tls=context()) as server:
        pin = fingerprint_of(server)
        assert talk(server, converse) == b"+OK"


def test_another_certificate_than_the_pinned_one_is_refused_with_its_facts_even_if_it_verifies() -> None:
    with ScriptedServer(dialogue(hear(rb".*")), tls=server_context()) as server:
        seen = fingerprint_of(server)
        with trouble() as problems:
            talk(server, lambda stream: stream.start_tls(pin="00" * 32))

    assert problems[0].kind is ProblemKind.CERTIFICATE_CHANGED
    assert problems[0].certificate
    assert problems[0].certificate.sha256 == seen
    assert server.received == []


def test_a_stream_for_inspection_reads_but_never_writes() -> None:
    async def converse(stream: LineStream) -> bytes:
        await stream.start_tls(inspect_only=True)
        assert stream.certificate
        assert stream.certificate.not_after == datetime(2020, 2, 1, tzinfo=UTC)
        assert not stream.secure
        greeting = await stream.read_line()
        with pytest.raises(RuntimeError, match="nobody verified"):
            await stream.write(b"LOGIN anna secret\r\n")
        return greeting

    with ScriptedServer(dialogue(b"* OK ready\r\n", hear(rb".*")), tls=expired()) as server:
        assert talk(server, converse) == b"* OK ready"

    assert server.received == []
