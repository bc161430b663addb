"""Leaving a server, the same in all three protocols."""

import asyncio

import pytest

from tests.certificates import server_context
from tests.mail.scripts import (
    SPEECHES,
    Speech,
    endpoint_of,
)
from tests.scripted import ScriptedServer, hear, network_to, silence
from webapp.mail.sessions import open_session
from webapp.mail.settings import Security

every_protocol = pytest.mark.parametrize("speech", SPEECHES, ids=lambda speech: speech.protocol)


@every_protocol
def test_a_farewell_is_said_and_the_connection_closed(speech: Speech) -> None:
    async def run(server: ScriptedServer) -> None:
        network = network_to(server)
        session = await open_session(network, endpoint_of(server, speech, Security.TLS))
        await session.quit()
        assert network.open_streams == 0

    answers = {
        "imap": b"* BYE\r\nM2 OK bye\r\n",
        "pop3": b"+OK bye\r\n",
        "smtp": b"221 bye\r\n",
        "nntp": b"205 bye\r\n",
    }
    answer = answers[speech.protocol]
    script = speech.up_to_login(hear(speech.farewell), answer, silence)
    with ScriptedServer(script, tls=server_context()) as server:
        asyncio.run(run(server))
        assert server.wait_until_left()
    assert len(server.received) == 2


@every_protocol
def test_a_server_that_does_not_answer_a_farewell_is_left_all_the_same(speech: Speech) -> None:
    async def run(server: ScriptedServer) -> None:
        network = network_to(server)
        session = await open_session(network, endpoint_of(server, speech, Security.TLS))
        await session.quit()
        assert network.open_streams == 0

    with ScriptedServer(speech.up_to_login(silence), tls=server_context()) as server:
        asyncio.run(run(server))
        assert server.wait_until_left()


@every_protocol
def test_a_parting_says_goodbye_and_does_not_wait_for_the_answer(speech: Speech) -> None:
    async def run(server: ScriptedServer) -> None:
        network = network_to(server)
        session = await open_session(network, endpoint_of(server, speech, Security.TLS))
        await session.part()
        await session.part()
        assert network.open_streams == 0

    script = speech.up_to_login(hear(speech.farewell), silence)
    with ScriptedServer(script, tls=server_context()) as server:
        asyncio.run(run(server))
        assert server.wait_until_left()
    assert len(server.received) == 2
