"""Sessions kept between the proof and the login."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.certificates import server_context
from tests.mail.scripts import IMAP, endpoint_of
from tests.scripted import Script, ScriptedServer, hear, network_to, silence
from webapp.mail.keeping import KeptSessions
from webapp.mail.sessions import open_session
from webapp.mail.settings import Security
from webapp.net.network import Network

LOGGED_IN = (hear(rb"(?P<tag>\S+) AUTHENTICATE PLAIN \S+"), b"{tag} OK in\r\n", silence)
GOODBYE = (hear(rb"\S+ LOGOUT"), silence)


def keep(server: ScriptedServer, use: Callable[[KeptSessions, Network], Awaitable[None]], keep_s: float = 30.0) -> None:
    """Open a session, keep it and do something; in the end no socket is left."""

    async def run() -> None:
        network = network_to(server)
        async with KeptSessions(keep_s) as kept:
            kept.put(await open_session(network, endpoint_of(server, IMAP, Security.TLS)), None)
            await use(kept, network)
        assert network.open_streams == 0

    asyncio.run(run())


def imap(script: Script) -> ScriptedServer:
    """Return an IMAP server with TLS."""
    return ScriptedServer(script, tls=server_context())


def test_a_kept_session_logs_in_without_another_connection() -> None:
    async def log_in(kept: KeptSessions, network: Network) -> None:
        session = kept.take(endpoint_of(server, IMAP, Security.TLS), None)
        assert session is not None
        await session.login("anna", "secret")
        assert kept.take(endpoint_of(server, IMAP, Security.TLS), None) is None
        await session.close()

    with imap(IMAP.up_to_login(*LOGGED_IN)) as server:
        keep(server, log_in)

    assert server.connections == 1


def test_a_session_is_for_its_server_and_its_certificate_alone() -> None:
    async def ask(kept: KeptSessions, network: Network) -> None:
        assert kept.take(endpoint_of(server, IMAP, Security.TLS), "ab" * 32) is None
        assert kept.take(endpoint_of(server, IMAP, Security.STARTTLS), None) is None
        session = kept.take(endpoint_of(server, IMAP, Security.TLS), None)
        assert session is not None
        await session.close()

    with imap(IMAP.up_to_login(silence)) as server:
        keep(server, ask)


def test_a_server_that_has_spoken_unasked_is_not_logged_in_to() -> None:
    async def ask(kept: KeptSessions, network: Network) -> None:
        assert await asyncio.to_thread(server.wait_until_left)
        assert kept.take(endpoint_of(server, IMAP, Security.TLS), None) is None

    with imap(IMAP.up_to_login(b"* BYE too slow\r\n")) as server:
        keep(server, ask)


def test_a_session_nobody_takes_in_time_is_closed() -> None:
    async def ask(kept: KeptSessions, network: Network) -> None:
        assert await asyncio.to_thread(server.wait_until_left)
        assert network.open_streams == 0
        assert kept.take(endpoint_of(server, IMAP, Security.TLS), None) is None

    with imap(IMAP.up_to_login(silence)) as server:
        keep(server, ask, keep_s=0.0)


def test_sessions_nobody_took_are_left_with_a_goodbye() -> None:
    async def leave(kept: KeptSessions, network: Network) -> None:
        await kept.part_from_others(frozenset({endpoint_of(server, IMAP, Security.TLS)}))
        assert network.open_streams == 1

    with imap(IMAP.up_to_login(*GOODBYE)) as server:
        keep(server, leave)
        assert server.wait_until_left()

    assert server.received[-1].endswith(b"LOGOUT")


def test_a_cancelled_keeper_closes_everything_at_once() -> None:
    async def run(server: ScriptedServer) -> None:
        network = network_to(server)
        kept_one = asyncio.Event()

        async def hold() -> None:
            async with KeptSessions() as kept:
                kept.put(await open_session(network, endpoint_of(server, IMAP, Security.TLS)), None)
                kept_one.set()
                await asyncio.Event().wait()

        holding = asyncio.create_task(hold())
        await kept_one.wait()
        holding.cancel()
        await asyncio.wait([holding])
        assert network.open_streams == 0

    with imap(IMAP.up_to_login(silence)) as server:
        asyncio.run(run(server))
        assert server.wait_until_left()
