"""The search for the server of one direction: candidates in, the best proved one out."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from webapp.detection.candidates import Candidate, candidates
from webapp.detection.crew import Crew
from webapp.detection.hosters import CERTIFICATE_RANK, Hosters
from webapp.detection.plain import plain_endpoints, prove_plain
from webapp.detection.prove import Prober, Proof
from webapp.detection.providers import UNUSABLE
from webapp.detection.race import Race, Rank, Runner
from webapp.detection.types import Entered, HintKind, MailConfig, ProvedServer, Source
from webapp.detection.usable import usable_methods
from webapp.mail.sessions import Endpoint
from webapp.mail.settings import AuthMethod, Direction, Protocol, Security, ServerSettings
from webapp.net.domains import registrable_domain
from webapp.net.problems import Problem, ProblemKind

GRACE_S = 1.4
PROTOCOLS = {
    Direction.INCOMING: (Protocol.IMAP, Protocol.POP3, Protocol.NNTP),
    Direction.OUTGOING: (Protocol.SMTP,),
}
SOURCE_RANK_LENGTH = 2  # of a rank; what follows tells the servers of one source apart
PLAIN_RANK: Rank = (9,)  # behind every source
UNASKED = frozenset({Source.GUESS, Source.CERTIFICATE})  # nobody said that the service exists


@dataclass(frozen=True)
class ClosedDoor:
    """The finding that a provider lets no program in with a password, so nothing of it is probed."""

    problem: Problem


class Hunt:
    """One direction's race; `changed` is called whenever something was found or lost."""

    def __init__(
        self,
        direction: Direction,
        entered: Entered,
        prober: Prober,
        hosters: Hosters,
        crew: Crew,
        changed: Callable[[], None],
    ) -> None:
        self.direction = direction
        self.race: Race[ProvedServer | ClosedDoor] = Race(GRACE_S)
        self.problems: list[tuple[Rank, Problem]] = []
        self.configs: dict[Rank, MailConfig] = {}
        self._entered = entered
        self._prober = prober
        self._hosters = hosters
        self._crew = crew
        self._changed = changed
        self._denied: frozenset[tuple[Protocol, Security]] = frozenset()
        self._tried: dict[Endpoint, Candidate] = {}
        self._chases: list[tuple[Rank, asyncio.Task[None]]] = []

    def take(self, config: MailConfig, rank: Rank) -> None:
        """Chase every server a source named, all at once, unless something better is proved already."""
        self.configs[rank] = config
        if config.not_offered:
            self._deny(config.not_offered)
        if any(hint.kind in UNUSABLE for hint in config.hints):
            self.race.leave(self.race.enter(rank), ClosedDoor(_closed(config, self._entered.domain)))
            self._changed()
            return
        self._start(candidates(config, self.direction, self._entered, rank))

    def _start(self, named: Iterable[Candidate]) -> None:
        for candidate in named:
            self._tried.setdefault(candidate.settings.endpoint, candidate)
            if not self.race.hopeless(candidate.rank):
                chase = self._crew.start(self._chase(candidate, self.race.enter(candidate.rank)))
                self._chases.append((candidate.rank, chase))

    async def finish(self) -> None:
        """Wait for the end of the race; when it found nothing, see whether only plain servers answer."""
        await self.race.over.wait()
        fixed = self._entered.server(self.direction)
        if not self.race.arrivals() and fixed.security is None:
            await self._try_plain()

    def alternatives(self) -> set[asyncio.Task[None]]:
        """Return what still tries other servers of the source that won: choices for the person."""
        arrivals = self.race.arrivals()
        won = arrivals[0].rank[:SOURCE_RANK_LENGTH] if arrivals else None
        return {chase for rank, chase in self._chases if rank[:SOURCE_RANK_LENGTH] == won and not chase.done()}

    async def _chase(self, candidate: Candidate, runner: Runner) -> None:
        found: tuple[ProvedServer, ...] = ()
        try:
            endpoint = candidate.settings.endpoint
            prove = partial(prove_plain, self._prober) if endpoint.security is Security.NONE else self._prober.prove
            result = await prove(endpoint, lambda offered: bool(self._usable(candidate, offered)))
            found = self._judged(candidate, result)
            if isinstance(result, Problem) and result.kind is ProblemKind.CERTIFICATE_WRONG_NAME:
                self._crew.start(self._ask_hoster(candidate, result, self.race.enter(CERTIFICATE_RANK)))
        finally:
            self.race.leave(runner, *found)
            self._changed()

    async def _ask_hoster(self, candidate: Candidate, problem: Problem, runner: Runner) -> None:
        try:
            named = await self._hosters.candidates(candidate, problem)
            self._start(one for one in named if one.settings.endpoint not in self._tried)
        finally:
            self.race.leave(runner)

    def _judged(self, candidate: Candidate, result: Proof | Problem) -> tuple[ProvedServer, ...]:
        settings = candidate.settings
        if isinstance(result, Proof):
            methods = self._usable(candidate, result.auth_methods)
            if methods:
                fixed = self._entered.server(self.direction)
                username = fixed.username if methods == (AuthMethod.NONE,) else settings.username
                used = replace(settings, auth_methods=methods, username=username)
                server = _proved(candidate, used, result.pin)
                return () if self._is_denied(server) else (server,)
            result = result.no_way
        self.problems.append((candidate.rank, result))
        return ()

    def _usable(self, candidate: Candidate, offered: tuple[AuthMethod, ...]) -> tuple[AuthMethod, ...]:
        return usable_methods(candidate, offered, self._entered.server(self.direction).auth_method)

    async def _try_plain(self) -> None:
        await self._prober.wait_for_all()  # any TLS anywhere on a host rules plain out there
        endpoints = [
            endpoint
            for endpoint in plain_endpoints(self._prober.results(), PROTOCOLS[self.direction], self._prober.tls_hosts)
            if replace(endpoint, security=Security.STARTTLS) in self._tried
        ]
        await asyncio.gather(*(self._chase_plain(endpoint) for endpoint in endpoints))

    async def _chase_plain(self, endpoint: Endpoint) -> None:
        encrypted = self._tried[replace(endpoint, security=Security.STARTTLS)]
        candidate = replace(
            encrypted,
            settings=replace(encrypted.settings, security=Security.NONE),
            rank=PLAIN_RANK + encrypted.rank,
        )
        await self._chase(candidate, self.race.enter(candidate.rank))

    def _deny(self, services: frozenset[tuple[Protocol, Security]]) -> None:
        self._denied |= services
        self.race.withdraw(self._is_denied)

    def _is_denied(self, found: ProvedServer | ClosedDoor) -> bool:
        if isinstance(found, ClosedDoor) or found.source not in UNASKED:
            return False
        return (found.settings.protocol, found.settings.security) in self._denied


def _proved(candidate: Candidate, settings: ServerSettings, pin: str | None) -> ProvedServer:
    return ProvedServer(
        settings,
        candidate.source,
        candidate.trusted,
        registrable_domain(settings.host),
        candidate.username_fixed,
        pin,
    )


def _closed(config: MailConfig, domain: str) -> Problem:
    oauth = any(hint.kind is HintKind.OAUTH_ONLY for hint in config.hints)
    return Problem(ProblemKind.OAUTH_ONLY if oauth else ProblemKind.NO_MAIL_PROGRAMS, domain)
