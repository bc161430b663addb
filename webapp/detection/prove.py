"""Prove servers without the password: name, connection, TLS, greeting, abilities."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from webapp.detection.crew import Crew
from webapp.detection.ladder import Ladder, OpenStep
from webapp.detection.steps import StepGroup
from webapp.detection.turnstile import turnstile
from webapp.detection.types import Consent
from webapp.mail.keeping import KeptSessions
from webapp.mail.sessions import AnySession, Endpoint, abilities_of, open_session
from webapp.mail.settings import AuthMethod, Security
from webapp.net.network import Network
from webapp.net.problems import CERTIFICATE_PROBLEMS, Problem, ProblemKind, Trouble

CONNECT_LIMIT_S = 5.0  # a silent host must not eat the time of the whole search
PROBE_LIMIT_S = 12.0
ABILITIES = "abilities="  # begins the last fact of a probe
COURTESY_S = 1.0  # for a host's better ports, where very many searches run side by side

# Enough to know that something behind the port speaks TLS, however badly.
TLS_ANSWERS = CERTIFICATE_PROBLEMS | {
    ProblemKind.TLS_FAILED,
    ProblemKind.STARTTLS_REFUSED,
    ProblemKind.STARTTLS_INJECTION,
}

Suits = Callable[[tuple[AuthMethod, ...]], bool]
"""Tells whether one of the methods a server offers would do for whoever asks."""


@dataclass(frozen=True)
class Proof:
    """What a server that keeps its promises offers; `pin` is the certificate it was accepted by, if not by trust.

    `no_way` is what to tell whoever has no use for any of its methods.
    """

    auth_methods: tuple[AuthMethod, ...]
    no_way: Problem
    pin: str | None = None


def anything(offered: tuple[AuthMethod, ...]) -> bool:
    """Be content with whatever a server offers."""
    return True


class Prober:
    """Probes every server of a run once, however many sources name it."""

    def __init__(
        self, network: Network, consent: Consent, ladder: Ladder, crew: Crew, kept: KeptSessions | None = None
    ) -> None:
        self._network = network
        self._consent = consent
        self._ladder = ladder
        self._crew = crew
        self._kept = kept
        self._probes: dict[Endpoint, asyncio.Task[Proof | Problem]] = {}
        self._asking: defaultdict[Endpoint, list[Suits]] = defaultdict(list)
        self.tls_hosts: set[str] = set()  # where any port spoke TLS so far, well or badly

    async def prove(self, endpoint: Endpoint, suits: Suits = anything) -> Proof | Problem:
        """Return the proof, or why there is none; probes at the same time share one conversation.

        Where the server offers nothing that suits anybody who asked, its line of the ladder says so.
        """
        self._asking[endpoint].append(suits)
        probe = self._probes.get(endpoint)
        if probe is None:
            better = self._better(endpoint) if turnstile().crowded else []
            probe = self._probes[endpoint] = self._crew.start(self._in_turn(endpoint, better))
        await asyncio.wait([probe])
        return probe.result()

    def results(self) -> dict[Endpoint, Proof | Problem]:
        """Return what the finished probes brought."""
        return {
            endpoint: probe.result()
            for endpoint, probe in self._probes.items()
            if probe.done() and not probe.cancelled() and probe.exception() is None
        }

    async def wait_for_all(self) -> None:
        """Wait until every probe begun so far has ended."""
        if self._probes:
            await asyncio.wait(self._probes.values())

    def _better(self, endpoint: Endpoint) -> list[asyncio.Task[Proof | Problem]]:
        """Return the probes of the same host and direction begun so far; candidates come best first."""
        return [
            probe
            for other, probe in self._probes.items()
            if (other.host, other.direction) == (endpoint.host, endpoint.direction)
        ]

    async def _in_turn(self, endpoint: Endpoint, better: list[asyncio.Task[Proof | Problem]]) -> Proof | Problem:
        """Probe once the better ports of the host have answered, or after a moment."""
        if better:
            await asyncio.wait(better, timeout=COURTESY_S)
        return await self._probe(endpoint)

    async def _probe(self, endpoint: Endpoint) -> Proof | Problem:
        step = self._ladder.step(step_key(endpoint), StepGroup.PROBE, f"{endpoint.host}:{endpoint.port}").begin()
        tls = endpoint.security is not Security.NONE
        pin = self._consent.pins.get(f"{endpoint.host}:{endpoint.port}") if tls else None
        try:
            async with asyncio.timeout(PROBE_LIMIT_S):
                session = await self._open(endpoint, pin, step)
        except Trouble as trouble:
            return self._failed(endpoint, step, trouble.problem)
        except TimeoutError:
            return self._failed(endpoint, step, Problem(ProblemKind.SILENT, endpoint.host, endpoint.port))
        if tls:
            self.tls_hosts.add(endpoint.host)
        proof = Proof(session.auth_methods, session.no_way(), pin)
        if any(suits(proof.auth_methods) for suits in self._asking[endpoint]):
            step.ok(abilities_of(session))
        else:
            step.failed(proof.no_way)
        if self._kept is None:
            await session.part()
        else:
            self._kept.put(session, pin)
        return proof

    async def _open(self, endpoint: Endpoint, pin: str | None, step: OpenStep) -> AnySession:
        def observe(fact: str) -> None:
            if not fact.startswith(ABILITIES):  # told once it is known whether they suit, lest a rung goes back
                step.fact(fact)

        return await open_session(
            self._network, endpoint, pin=pin, observe=observe, hear=step.hear, timeout_s=CONNECT_LIMIT_S
        )

    def _failed(self, endpoint: Endpoint, step: OpenStep, problem: Problem) -> Problem:
        # Whatever went wrong afterwards, a finished handshake is TLS: another protocol behind it, say.
        if problem.kind in TLS_ANSWERS or any(fact.startswith("tls=") for fact in step.facts):
            self.tls_hosts.add(endpoint.host)
        step.failed(problem)
        return problem


def step_key(endpoint: Endpoint) -> str:
    """Return the key of a probe's step."""
    return f"probe:{endpoint.protocol}:{endpoint.host}:{endpoint.port}:{endpoint.security}"
