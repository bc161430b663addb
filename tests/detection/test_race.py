"""The race: the rank decides, whatever the order of arrival."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from webapp.detection.race import Race, Rank

LONG_S = 3600.0


def in_loop(work: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        async with asyncio.timeout(60):
            await work()

    asyncio.run(run())


def best(race: Race[str]) -> str | None:
    arrivals = race.arrivals()
    return arrivals[0].found if arrivals else None


@pytest.mark.parametrize("seed", range(100))
def test_the_best_source_wins_in_whatever_order_they_answer(seed: int) -> None:
    async def work() -> None:
        chance = random.Random(seed)
        race: Race[str] = Race(LONG_S)
        ranks: list[Rank] = [(1,), (2, 0), (2, 1), (3,), (5,), (8, 0, 0, 1), (8, 0, 0, 2)]
        answers = {rank: chance.random() < 0.5 for rank in ranks}
        expected = next((str(rank) for rank in ranks if answers[rank]), None)
        go = {rank: asyncio.Event() for rank in ranks}

        async def look_up(rank: Rank) -> None:
            runner = race.enter(rank)
            await go[rank].wait()
            race.leave(runner, *([str(rank)] if answers[rank] else []))

        look_ups = [asyncio.create_task(look_up(rank)) for rank in ranks]
        await asyncio.sleep(0)
        for rank in chance.sample(ranks, len(ranks)):
            go[rank].set()
            await asyncio.sleep(0)
        await race.over.wait()

        assert best(race) == expected
        await asyncio.gather(*look_ups)

    in_loop(work)


def test_the_race_is_over_as_soon_as_nobody_better_is_under_way() -> None:
    async def work() -> None:
        race: Race[str] = Race(LONG_S)
        better, worse = race.enter((2,)), race.enter((8,))

        race.leave(better, "published")

        assert race.over.is_set()
        assert race.hopeless((8,))
        race.leave(worse)

    in_loop(work)


def test_a_better_source_wins_even_if_slower() -> None:
    async def work() -> None:
        race: Race[str] = Race(LONG_S)
        better, worse = race.enter((2,)), race.enter((8,))
        race.leave(worse, "guess")
        assert not race.over.is_set()
        assert not race.hopeless((2,))

        race.leave(better, "published")

        assert race.over.is_set()
        assert best(race) == "published"

    in_loop(work)


def test_a_silent_better_source_gets_its_grace_and_no_more() -> None:
    async def work() -> None:
        race: Race[str] = Race(0.01)
        silent, worse = race.enter((2,)), race.enter((8,))

        race.leave(worse, "guess")
        await race.over.wait()

        assert best(race) == "guess"
        race.leave(silent)

    in_loop(work)


def test_the_grace_does_not_run_before_something_is_found() -> None:
    async def work() -> None:
        race: Race[str] = Race(0.0)
        silent, empty = race.enter((2,)), race.enter((8,))

        race.leave(empty)
        for _ in range(10):
            await asyncio.sleep(0)

        assert not race.over.is_set()
        race.leave(silent)
        assert race.over.is_set()

    in_loop(work)


def test_a_look_up_that_goes_on_with_its_servers_holds_the_race_open() -> None:
    async def work() -> None:
        race: Race[str] = Race(LONG_S)
        look_up = race.enter((2, 0))
        server = race.enter((2, 0, 0, 0))
        race.leave(look_up)
        assert not race.over.is_set()

        race.leave(server, "proved")

        assert race.over.is_set()

    in_loop(work)


def test_a_withdrawn_answer_does_not_win_and_its_grace_is_off() -> None:
    async def work() -> None:
        race: Race[str] = Race(0.0)
        silent, worse = race.enter((2,)), race.enter((8,))
        race.leave(worse, "guess")

        race.withdraw(lambda found: found == "guess")
        for _ in range(10):
            await asyncio.sleep(0)

        assert best(race) is None
        assert not race.over.is_set()
        race.leave(silent)
        assert race.over.is_set()

    in_loop(work)


def test_the_rivals_of_a_rank_are_the_better_ones_under_way() -> None:
    async def work() -> None:
        race: Race[str] = Race(LONG_S)
        better, guess = race.enter((2,)), race.enter((8,))
        moved = asyncio.create_task(race.moved())
        await asyncio.sleep(0)
        assert race.rivals((8,)) == {(2,)}
        assert not moved.done()

        race.leave(better)
        await moved

        assert not race.rivals((8,))
        assert not race.over.is_set()
        race.leave(guess)

    in_loop(work)


def test_a_late_answer_is_kept_as_an_alternative() -> None:
    async def work() -> None:
        race: Race[str] = Race(LONG_S)
        better, worse = race.enter((2,)), race.enter((2, 5))
        race.leave(better, "first")

        race.leave(worse, "second")

        assert [arrival.found for arrival in race.arrivals()] == ["first", "second"]

    in_loop(work)
