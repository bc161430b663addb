"""When guessing begins: not before it is worth the traffic, and not later."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from webapp.detection import guessing
from webapp.detection.guessing import turn
from webapp.detection.race import Race
from webapp.detection.sources.registry import GUESS_RANK, ISPDB_RANK, PUBLISHED_RANK

LONG_S = 60.0
NAMED = (*PUBLISHED_RANK, 0, 0, 0)


@pytest.fixture(autouse=True)
def _long_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "GUESS_DELAY_S", LONG_S)
    monkeypatch.setattr(guessing, "NAMED_DELAY_S", LONG_S)


def in_loop(work: Callable[[Race[str]], Awaitable[None]]) -> None:
    """Run a race in which somebody guesses."""

    async def run() -> None:
        race: Race[str] = Race(LONG_S)
        race.enter(GUESS_RANK)
        await work(race)
        race.stop()

    asyncio.run(run())


async def begun(turn: asyncio.Task[None]) -> bool:
    """Tell whether a guess has its turn by now."""
    for _ in range(5):
        await asyncio.sleep(0)
    return turn.done()


def test_guessing_waits_for_better_sources() -> None:
    async def work(race: Race[str]) -> None:
        published, services = race.enter(PUBLISHED_RANK), race.enter((5, 0))
        waiting = asyncio.create_task(turn(race))
        assert not await begun(waiting)
        race.leave(published)
        assert not await begun(waiting)
        race.leave(services)
        await waiting

    in_loop(work)


def test_guessing_does_not_wait_for_a_database_of_others_alone() -> None:
    async def work(race: Race[str]) -> None:
        race.enter(ISPDB_RANK)
        await turn(race)

    in_loop(work)


def test_guessing_begins_after_a_moment_when_sources_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(race: Race[str]) -> None:
        race.enter(PUBLISHED_RANK)
        await turn(race)

    monkeypatch.setattr(guessing, "GUESS_DELAY_S", 0.0)
    in_loop(work)


def test_servers_a_source_has_named_get_more_time_than_silent_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(race: Race[str]) -> None:
        named = race.enter(NAMED)
        waiting = asyncio.create_task(turn(race))
        assert not await begun(waiting)
        race.leave(named)
        await waiting

    monkeypatch.setattr(guessing, "GUESS_DELAY_S", 0.0)
    in_loop(work)


def test_the_turn_comes_when_the_race_is_over() -> None:
    async def work(race: Race[str]) -> None:
        named = race.enter(NAMED)
        waiting = asyncio.create_task(turn(race))
        assert not await begun(waiting)
        race.leave(named, "found")
        await waiting
        assert race.hopeless(GUESS_RANK)

    in_loop(work)
