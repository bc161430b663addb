"""Very many searches at once: who is let in when, and what each leaves out for the others' sake."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from tests.detection.servers import HOST, over_tls
from tests.detection.world import Telling, world
from tests.mail.scripts import IMAP
from webapp.detection.crew import Crew
from webapp.detection.head_start import waits
from webapp.detection.ladder import Ladder
from webapp.detection.prove import Prober, Proof
from webapp.detection.race import Rank
from webapp.detection.sources.registry import IN_TABLE, LOOK_UPS, PUBLISHED_RANK
from webapp.detection.steps import Step
from webapp.detection.turnstile import CALM_S, FEW, Turnstile, turnstile
from webapp.detection.types import Consent
from webapp.mail.settings import Endpoint, Protocol, Security


@asynccontextmanager
async def inside(entrance: Turnstile, number: int) -> AsyncIterator[None]:
    """Have so many searches inside."""
    async with AsyncExitStack() as stack:
        for _ in range(number):
            await stack.enter_async_context(entrance.passage())
        yield


@asynccontextmanager
async def busy_loop() -> AsyncIterator[None]:
    """Keep the loop so busy that it comes back late every time."""

    async def hog() -> None:
        while True:
            time.sleep(2 * CALM_S)  # noqa: ASYNC251 -- this is what a busy loop is
            await asyncio.sleep(0)

    hogging = asyncio.create_task(hog())
    try:
        yield
    finally:
        hogging.cancel()
        await asyncio.wait([hogging])


async def turns(number: int) -> None:
    """Let the loop go round so often."""
    for _ in range(number):
        await asyncio.sleep(0)


def test_a_few_searches_never_wait() -> None:
    async def run() -> None:
        entrance = Turnstile()
        async with busy_loop(), inside(entrance, FEW):
            assert entrance.inside == FEW
            assert not entrance.crowded
        assert entrance.inside == 0

    asyncio.run(run())


def test_more_are_let_in_while_the_loop_has_time() -> None:
    async def run() -> None:
        entrance = Turnstile()
        async with inside(entrance, 5 * FEW):
            assert entrance.crowded

    asyncio.run(run())


def test_a_busy_loop_lets_nobody_more_in_until_somebody_leaves() -> None:
    async def run() -> None:
        entrance = Turnstile()
        order: list[int] = []

        async def come(number: int) -> None:
            async with entrance.passage():
                order.append(number)
                await leave.wait()

        leave = asyncio.Event()
        async with busy_loop():
            async with inside(entrance, FEW):
                waiting = [asyncio.create_task(come(number)) for number in range(3)]
                await turns(5)
                assert not order
                waiting[1].cancel()
            await turns(20)
            leave.set()
            await asyncio.wait(waiting)
        assert order == [0, 2]
        assert entrance.inside == 0

    asyncio.run(run())


def test_every_loop_has_a_turnstile_of_its_own() -> None:
    async def own() -> tuple[Turnstile, Turnstile]:
        return turnstile(), turnstile()

    (one, same), (other, _) = asyncio.run(own()), asyncio.run(own())

    assert one is same
    assert one is not other


def test_in_a_crowd_a_hosts_lesser_ports_are_asked_after_its_better_ones() -> None:
    assert probed_in_order(crowd=FEW + 1) == ["best", "best ended", "second"]
    assert probed_in_order(crowd=1)[:2] == ["best", "second"]


def probed_in_order(crowd: int) -> list[str]:
    """Prove two servers of one host, and return what began and ended in which order."""
    order: list[str] = []
    with over_tls(IMAP) as best, over_tls(IMAP) as second, world(best, second) as here:
        names = {best.port: "best", second.port: "second"}

        class Order(Telling):
            def step(self, step: Step) -> None:
                super().step(step)
                name = names[int(step.subject.rpartition(":")[2])]
                told = name if step.took_ms is None else f"{name} ended"
                order.extend([] if told in order or told == "second ended" else [told])

        async def run() -> None:
            crew = Crew()
            prober = Prober(here.surroundings.network, Consent(), Ladder(Order()), crew)
            endpoints = [Endpoint(Protocol.IMAP, HOST, server.port, Security.TLS) for server in (best, second)]
            async with inside(turnstile(), crowd):
                proofs = await asyncio.gather(*map(prober.prove, endpoints))
            await crew.end()
            assert all(isinstance(proof, Proof) for proof in proofs)

        asyncio.run(run())
    return order


def test_in_a_crowd_everybody_who_would_be_asked_waits_for_what_the_domain_publishes() -> None:
    async def waiting(crowd: int) -> set[Rank]:
        async with inside(turnstile(), crowd):
            return {look_up.rank for look_up in LOOK_UPS if waits(look_up.rank)}

    alone, crowded = asyncio.run(waiting(1)), asyncio.run(waiting(FEW + 1))

    assert alone < crowded
    assert {look_up.rank for look_up in LOOK_UPS} - crowded == {(1, 0), PUBLISHED_RANK, IN_TABLE.rank}
