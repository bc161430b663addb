"""One search: all look-ups at once, every named server proved, the rank decides."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from webapp.detection.assembling import assemble
from webapp.detection.crew import Crew
from webapp.detection.entered import (
    ENTERED_RANK,
    FILLED_RANK,
    asks_sources,
    entered_config,
    filled_config,
    with_a_labels,
)
from webapp.detection.guessing import Guessing
from webapp.detection.head_start import head_start, waits
from webapp.detection.hosters import Hosters
from webapp.detection.hunt import Hunt
from webapp.detection.ladder import Ladder
from webapp.detection.prove import Prober
from webapp.detection.question import Question
from webapp.detection.race import Runner
from webapp.detection.sources.registry import GUESS_RANK, IN_TABLE, LOOK_UPS, LookUp, closed_door
from webapp.detection.steps import Report
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Consent, Entered, Findings, MailConfig
from webapp.net.http import HttpFetcher
from webapp.net.problems import Problem

Runners = Sequence[tuple[Hunt, Runner]]


class Search:
    """Holds what one run knows; `run` returns when every wanted direction is settled and nothing runs any more.

    Raises `Trouble` for an address whose domain cannot exist.
    """

    def __init__(self, entered: Entered, consent: Consent, surroundings: Surroundings, report: Report) -> None:
        self._domain = entered.domain  # raises for an address nobody can have
        entered = with_a_labels(entered)
        self.ladder = Ladder(report)
        self._entered = entered
        self._report = report
        self._surroundings = replace(surroundings, network=surroundings.network.session())
        self._crew = Crew()
        prober = Prober(self._surroundings.network, consent, self.ladder, self._crew, surroundings.kept)
        hosters = Hosters(entered, self._surroundings)
        self.hunts = tuple(
            Hunt(direction, entered, prober, hosters, self._crew, self._tell_findings) for direction in entered.wanted()
        )
        self._told = Findings()

    async def run(self) -> None:
        """Search until every direction is settled."""
        async with HttpFetcher(self._surroundings.network) as fetcher:
            try:
                self._start(fetcher)
                await asyncio.gather(*(hunt.finish() for hunt in self.hunts))
                alternatives = set[asyncio.Task[None]]().union(*(hunt.alternatives() for hunt in self.hunts))
                if alternatives and self._surroundings.alternatives_s:
                    await asyncio.wait(alternatives, timeout=self._surroundings.alternatives_s)
            finally:
                await self._crew.end()

    def findings(self, *, ended: bool) -> Findings:
        """Return what is known."""
        return assemble(self.hunts, self._entered, self._surroundings.providers, ended=ended)

    def _start(self, fetcher: HttpFetcher) -> None:
        if not self.hunts:
            return
        question = Question(self._entered.address, self._domain, self._surroundings, fetcher, self.ladder)
        typed = {
            hunt: entered_config(self._entered, hunt.direction, self._surroundings.providers) for hunt in self.hunts
        }
        unnamed = [hunt for hunt in self.hunts if typed[hunt] is None]
        if closed_door(self._domain, self._surroundings):
            entries = [(IN_TABLE, _enter(unnamed, IN_TABLE.rank))]
            guesses = _enter((), GUESS_RANK)
        else:
            # Everybody enters before anybody starts: a race without runners would be over.
            asking = [hunt for hunt in self.hunts if self._asks(hunt, typed[hunt])]
            entries = [(look_up, _enter(asking, look_up.rank)) for look_up in LOOK_UPS]
            guesses = _enter(unnamed, GUESS_RANK)
        for hunt, config in typed.items():
            self._take_typed(hunt, config)
        start = self._crew.start(head_start([hunt.race for hunt in self.hunts]))
        for look_up, runners in entries:
            if runners:
                self._crew.start(self._look_up(look_up, question, runners, start if waits(look_up.rank) else None))
        if guesses:
            self._crew.start(Guessing(self._entered, question, self._crew).run(guesses))

    def _asks(self, hunt: Hunt, typed: MailConfig | Problem | None) -> bool:
        return not isinstance(typed, Problem) and asks_sources(self._entered.server(hunt.direction))

    def _take_typed(self, hunt: Hunt, typed: MailConfig | Problem | None) -> None:
        """Let a hunt chase the typed host, or what the host typed for the other direction makes likely."""
        runner = hunt.race.enter(ENTERED_RANK)
        filled = filled_config(self._entered, hunt.direction, self._surroundings.providers)
        if isinstance(typed, Problem):
            hunt.problems.append((ENTERED_RANK, typed))
        elif typed is not None:
            hunt.take(typed, ENTERED_RANK)
        elif filled is not None:
            hunt.take(filled, FILLED_RANK)
        hunt.race.leave(runner)

    async def _look_up(
        self, look_up: LookUp, question: Question, runners: Runners, start: asyncio.Task[None] | None
    ) -> None:
        found: MailConfig | Problem | None = None
        try:
            if start is not None:
                await asyncio.wait([start])
            if not all(hunt.race.hopeless(look_up.rank) for hunt, _ in runners):
                found = await look_up.look_up(question)
        finally:
            for hunt, runner in runners:
                if isinstance(found, MailConfig):
                    hunt.take(found, look_up.rank)
                elif found is not None:
                    hunt.problems.append((look_up.rank, found))
                hunt.race.leave(runner)

    def _tell_findings(self) -> None:
        findings = self.findings(ended=False)
        if findings != self._told:
            self._told = findings
            self._report.findings(findings)


def _enter(hunts: Sequence[Hunt], rank: tuple[int, ...]) -> Runners:
    return [(hunt, hunt.race.enter(rank)) for hunt in hunts]
