"""A hunt: what the domain denies does not count as guessed, whichever answer comes first."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.detection.servers import HOST, over_tls
from tests.detection.world import ADDRESS, Telling, world
from tests.mail.scripts import IMAP
from tests.scripted import ScriptedServer
from webapp.detection.crew import Crew
from webapp.detection.hosters import Hosters
from webapp.detection.hunt import Hunt
from webapp.detection.ladder import Ladder
from webapp.detection.prove import Prober
from webapp.detection.types import Consent, Entered, MailConfig, Source
from webapp.mail.settings import Direction, Protocol, Security, ServerSettings

DENIAL = MailConfig(
    (),
    (),
    Source.SRV,
    trusted=False,
    not_offered=frozenset({(Protocol.IMAP, Security.TLS)}),
    source_detail="uspeh.test",
)


def config(server: ScriptedServer, source: Source) -> MailConfig:
    settings = ServerSettings(Protocol.IMAP, HOST, server.port, Security.TLS, None)
    return MailConfig((settings,), (), source, trusted=True)


def hunted(server: ScriptedServer, work: Callable[[Hunt, asyncio.Event], Awaitable[None]]) -> int:
    """Return how many servers a hunt has in the end, when something better is still under way all the time."""

    async def run() -> int:
        changed, crew = asyncio.Event(), Crew()
        with world(server) as here:
            prober = Prober(here.surroundings.network, Consent(), Ladder(Telling()), crew)
            hosters = Hosters(Entered(ADDRESS), here.surroundings)
            hunt = Hunt(Direction.INCOMING, Entered(ADDRESS), prober, hosters, crew, changed.set)
            hunt.race.enter((1, 0))
            try:
                await work(hunt, changed)
            finally:
                await crew.end()
        return len(hunt.race.arrivals())

    return asyncio.run(run())


@pytest.mark.parametrize("denied_first", [True, False])
@pytest.mark.parametrize(("source", "found"), [(Source.GUESS, 0), (Source.AUTOCONFIG, 1)])
def test_a_denied_service_is_not_found_by_guessing(source: Source, found: int, denied_first: bool) -> None:
    async def work(hunt: Hunt, changed: asyncio.Event) -> None:
        if denied_first:
            hunt.take(DENIAL, (5, 0))
        hunt.take(config(server, source), (8, 0))
        await changed.wait()
        if not denied_first:
            hunt.take(DENIAL, (5, 0))

    with over_tls(IMAP) as server:
        assert hunted(server, work) == found
