"""Logins right after a search: over the connections that proved the servers."""

import asyncio
from dataclasses import replace

import pytest

from tests.certificates import server_context
from tests.detection.servers import HOST, over_tls, plain_script
from tests.detection.verifying import SECRET
from tests.detection.world import ADDRESS, World, world
from tests.mail.scripts import IMAP, SMTP
from tests.peer import Peer
from tests.scripted import ScriptedServer
from webapp.detection.engine import detect
from webapp.detection.refusals import RefusalsInMemory
from webapp.detection.types import Consent, Entered, Outcome, OutcomeKind
from webapp.detection.verify import Verification, verify
from webapp.mail.keeping import KeptSessions
from webapp.mail.settings import Credentials, Direction
from webapp.net.problems import ProblemKind


def search_and_log_in(imap: ScriptedServer, smtp: ScriptedServer, *, hanging_up: bool = False) -> Outcome:
    """Search and log in; in between the IMAP server may hang up."""

    async def run(here: World) -> Outcome:
        async with KeptSessions() as kept:
            surroundings = replace(here.surroundings, kept=kept)
            found = (await detect(Entered(ADDRESS), Consent(), surroundings, here.telling)).findings
            if hanging_up:
                assert await asyncio.to_thread(imap.wait_until_left)
            incoming, outgoing = (found.chosen(direction) for direction in Direction)
            verification = Verification(ADDRESS, "Анна", incoming, outgoing, Credentials(SECRET), letter=False)
            outcome = await verify(verification, surroundings, RefusalsInMemory(), here.telling)
        assert surroundings.network.open_streams == 0
        return outcome

    with world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=True)
        outcome = asyncio.run(run(here))
        assert here.telling.steps["verify:incoming"].facts[:3] == ("name", "address=127.0.0.1", "port")
        return outcome


def test_a_login_takes_the_connection_that_proved_the_server() -> None:
    with over_tls(IMAP) as imap, over_tls(SMTP) as smtp:
        outcome = search_and_log_in(imap, smtp)

    assert outcome.kind is OutcomeKind.FOUND
    assert (imap.connections, smtp.connections) == (1, 1)


def test_a_server_that_hung_up_meanwhile_is_asked_anew() -> None:
    hasty = ScriptedServer(IMAP.up_to_login(), plain_script(IMAP), tls=server_context(HOST))
    with hasty as imap, over_tls(SMTP) as smtp:
        outcome = search_and_log_in(imap, smtp, hanging_up=True)

    assert outcome.kind is OutcomeKind.FOUND
    assert (imap.connections, smtp.connections) == (2, 1)


def test_a_server_that_hangs_up_at_the_login_hears_the_password_once() -> None:
    def leave_at_the_login(peer: Peer) -> None:
        IMAP.up_to_login()(peer)
        peer.hear()

    hasty = ScriptedServer(leave_at_the_login, plain_script(IMAP), tls=server_context(HOST))
    with hasty as imap, over_tls(SMTP) as smtp:
        outcome = search_and_log_in(imap, smtp)

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.kind is ProblemKind.CONNECTION_LOST
    assert imap.connections == 1


def test_a_stopped_search_keeps_nothing() -> None:
    async def run(here: World) -> None:
        async with KeptSessions() as kept:
            surroundings = replace(here.surroundings, kept=kept)
            proved = asyncio.Event()
            here.telling.findings = lambda findings: proved.set()  # type: ignore[method-assign]
            search = asyncio.create_task(detect(Entered(ADDRESS), Consent(), surroundings, here.telling))
            await proved.wait()
            search.cancel()
            with pytest.raises(asyncio.CancelledError):
                await search
            assert surroundings.network.open_streams == 0

    with over_tls(IMAP) as imap, ScriptedServer() as silent_smtp, world(imap, silent_smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, silent_smtp, tls=True)
        asyncio.run(run(here))
