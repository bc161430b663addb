"""Rank 8: the usual host names, tried as soon as that is worth the traffic."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from webapp.detection.crew import Crew
from webapp.detection.guesses import LIKELIEST, guessed, guessed_at
from webapp.detection.hunt import Hunt
from webapp.detection.question import Question
from webapp.detection.race import Race, Rank, Runner
from webapp.detection.sources.mx import best_mx
from webapp.detection.sources.registry import GUESS_AT_MX_RANK, GUESS_RANK, ISPDB_RANK, PUBLISHED_RANK
from webapp.detection.steps import StepGroup, StepState
from webapp.detection.turnstile import turnstile
from webapp.detection.types import Entered, MailConfig, Source
from webapp.net.problems import Trouble

ASK_AHEAD_S = 0.15
GUESS_DELAY_S = 0.25  # for sources that have not answered
NAMED_DELAY_S = 1.0  # for servers that a source has named and that are being proved
CROWD_PATIENCE = 4  # times as long where very many searches run side by side


class Guessing:
    """Guesses for every direction that needs it, each in its own time."""

    def __init__(self, entered: Entered, question: Question, crew: Crew) -> None:
        self._entered = entered
        self._question = question
        self._crew = crew
        self._step = question.ladder.step(f"source:{Source.GUESS}", StepGroup.SOURCE, question.domain)
        self._needed = False

    async def run(self, runners: Sequence[tuple[Hunt, Runner]]) -> None:
        """Guess; the runners leave their races in the end."""
        self._step.wait()
        for hunt, _ in runners:
            self._crew.start(self._ask_ahead(hunt))
        await asyncio.wait([self._crew.start(self._guess(hunt, runner)) for hunt, runner in runners])
        self._step.end(StepState.OK if self._needed else StepState.SKIPPED)

    async def _guess(self, hunt: Hunt, runner: Runner) -> None:
        try:
            await turn(hunt.race)
            if hunt.race.hopeless(GUESS_RANK):
                return
            self._needed = True
            self._step.begin()
            denied = frozenset().union(*(config.not_offered for config in hunt.configs.values()))
            self._take(hunt, guessed(self._entered, denied), GUESS_RANK)
            mx_host = await best_mx(self._question)
            if mx_host is not None and self._question.surroundings.providers.by_mx(mx_host) is None:
                self._take(hunt, guessed_at((mx_host,), self._entered, denied), GUESS_AT_MX_RANK)
        finally:
            hunt.race.leave(runner)

    def _take(self, hunt: Hunt, config: MailConfig, rank: Rank) -> None:
        """Have the servers of a guess tried, and say which names those are."""
        for host in dict.fromkeys(server.host for server in config.servers(hunt.direction)):
            self._step.asked(host)
        hunt.take(config, rank)

    async def _ask_ahead(self, hunt: Hunt) -> None:
        """Look the likeliest name up when the domain turns out to publish nothing the usual way, or seems to.

        Only the name server hears of it, and the guess finds the answer there.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(None if turnstile().crowded else ASK_AHEAD_S):
                while not hunt.race.over.is_set() and PUBLISHED_RANK in hunt.race.rivals(GUESS_RANK):
                    await hunt.race.moved()
        if not hunt.race.hopeless(GUESS_RANK) and not hunt.configs:
            with suppress(Trouble):
                host = f"{LIKELIEST[hunt.direction]}.{self._question.domain}"
                await self._question.surroundings.network.resolver.addresses(host)


async def turn(race: Race[Any]) -> None:
    """Wait until guessing is worth it: DESIGN 4 says when all better sources have failed, or after a moment.

    The domain's own silence is enough: when only the database of others is
    still out, guesses need not wait for it (its answer, if there is one, still
    goes before). Servers that a source has named are given more time than
    sources that say nothing.
    """
    started_at = time.monotonic()
    patience = CROWD_PATIENCE if turnstile().crowded else 1
    while not race.over.is_set():
        rivals = race.rivals(GUESS_RANK)
        named = any(len(rank) > len(GUESS_RANK) for rank in rivals)
        if not named and set(rivals) <= {ISPDB_RANK}:
            return
        left_s = started_at + (NAMED_DELAY_S if named else GUESS_DELAY_S) * patience - time.monotonic()
        if left_s <= 0:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(left_s):
                await race.moved()
