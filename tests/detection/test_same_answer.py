"""The same world gives the same answer, in whatever order its sources and servers answer."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.certificates import untrusted
from tests.detection.servers import HOST, over_starttls, over_tls, plain_script
from tests.detection.world import ADDRESS, Telling, World, world
from tests.mail.scripts import IMAP, POP3, Speech
from tests.net.loopback import closed_port
from tests.scripted import ScriptedServer
from webapp.detection.crew import Crew
from webapp.detection.hosters import Hosters
from webapp.detection.hunt import Hunt
from webapp.detection.ladder import Ladder
from webapp.detection.prove import Prober
from webapp.detection.race import Rank
from webapp.detection.types import Consent, Entered, MailConfig, ProvedServer, Source
from webapp.mail.settings import Direction, Protocol, Security, ServerSettings

LONGEST_DELAY_S = 0.03  # well inside the grace
RANKS: dict[Source, Rank] = {
    Source.SAME_DOMAIN: (1, 0),
    Source.AUTOCONFIG: (2, 0),
    Source.PACC: (2, 2),
    Source.ISPDB: (3, 2),
    Source.MX: (4, 1),
    Source.SRV: (5, 0),
    Source.AUTODISCOVER: (6, 0),
    Source.PLAIN_AUTOCONFIG: (7, 0),
    Source.GUESS: (8, 0),
}


@dataclass(frozen=True)
class Hall:
    """Servers that stand for a whole test: good ones, and ports where none can be proved."""

    here: World
    good: tuple[ServerSettings, ...]
    bad: tuple[ServerSettings, ...]


def at(server: ScriptedServer, speech: Speech, security: Security) -> ServerSettings:
    return ServerSettings(speech.protocol, HOST, server.port, security, None)


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with ExitStack() as stack:
        imap, other_imap, pop3 = (stack.enter_context(over_tls(speech)) for speech in (IMAP, IMAP, POP3))
        starttls = stack.enter_context(over_starttls(IMAP))
        untrusted_imap = stack.enter_context(ScriptedServer(plain_script(IMAP), tls=untrusted(HOST)))
        here = stack.enter_context(world(imap, other_imap, pop3, starttls, untrusted_imap))
        yield Hall(
            here,
            good=(
                at(imap, IMAP, Security.TLS),
                at(other_imap, IMAP, Security.TLS),
                at(pop3, POP3, Security.TLS),
                at(starttls, IMAP, Security.STARTTLS),
            ),
            bad=(
                at(untrusted_imap, IMAP, Security.TLS),
                ServerSettings(Protocol.IMAP, HOST, closed_port(), Security.TLS, None),
                ServerSettings(Protocol.IMAP, "nobody.uspeh.test", imap.port, Security.TLS, None),
            ),
        )


def answer(hall: Hall, configs: list[MailConfig], chance: random.Random) -> ProvedServer | None:
    """Let every source bring its configuration after a delay of its own, in an order of its own."""

    async def look_up(hunt: Hunt, config: MailConfig) -> None:
        runner = hunt.race.enter(RANKS[config.source])
        await asyncio.sleep(chance.random() * LONGEST_DELAY_S)
        hunt.take(config, RANKS[config.source])
        hunt.race.leave(runner)

    async def run() -> ProvedServer | None:
        crew, entered = Crew(), Entered(ADDRESS)
        network = hall.here.surroundings.network.session()
        prober = Prober(network, Consent(), Ladder(Telling()), crew)
        hunt = Hunt(Direction.INCOMING, entered, prober, Hosters(entered, hall.here.surroundings), crew, lambda: None)
        first = hunt.race.enter((0,))
        for config in chance.sample(configs, len(configs)):
            crew.start(look_up(hunt, config))
        await asyncio.sleep(0)
        hunt.race.leave(first)
        try:
            await hunt.race.over.wait()
            arrivals = hunt.race.arrivals()
            found = arrivals[0].found if arrivals else None
            assert found is None or isinstance(found, ProvedServer)
            return found
        finally:
            await crew.end()

    return asyncio.run(run())


def config(source: Source, *servers: ServerSettings) -> MailConfig:
    return MailConfig(servers, (), source, trusted=source is not Source.MX)


def test_a_hundred_shuffled_runs_give_the_same_answer(hall: Hall) -> None:
    imap, other_imap, pop3, starttls = hall.good
    configs = [
        config(Source.SAME_DOMAIN, hall.bad[1]),
        config(Source.AUTOCONFIG, hall.bad[0], hall.bad[2]),
        config(Source.ISPDB, pop3, starttls, other_imap),
        config(Source.SRV, imap),
        config(Source.AUTODISCOVER, imap, pop3),
        config(Source.GUESS, imap, other_imap, hall.bad[2]),
    ]

    answers = {answer(hall, configs, random.Random(seed)) for seed in range(100)}

    (found,) = answers
    assert found is not None
    assert (found.source, found.settings.port) == (Source.ISPDB, other_imap.port)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_best_source_with_a_server_that_proves_itself_wins(hall: Hall, data: st.DataObject) -> None:
    servers = st.lists(st.sampled_from((*hall.good, *hall.bad)), max_size=3, unique=True)
    named = data.draw(st.dictionaries(st.sampled_from(list(RANKS)), servers, min_size=1))
    chance = random.Random(data.draw(st.integers(0, 1000)))

    found = answer(hall, [config(source, *servers) for source, servers in named.items()], chance)

    proving = [source for source in RANKS if set(named.get(source, ())) & set(hall.good)]
    assert (found.source if found else None) == (proving[0] if proving else None)
    if found is not None:
        candidates = [server for server in named[found.source] if server in hall.good]
        assert found.settings.endpoint == min(candidates, key=liking).endpoint


def liking(server: ServerSettings) -> tuple[bool, bool]:
    """Our policy before the published order: IMAP before POP3, TLS before STARTTLS."""
    return server.protocol is Protocol.POP3, server.security is Security.STARTTLS
