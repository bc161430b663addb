"""A small world for searches: a name server and scripted mail servers on loopback, and what a search told."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import IPv4Network

from tests.certificates import trusting
from tests.detection.servers import HOST
from tests.lab.dns_server import DnsServer
from tests.lab.zone import Zone
from tests.mail.scripts import IMAP, POP3, SMTP, Speech
from tests.scripted import ScriptedServer
from webapp.detection.engine import KnownAccount, Surroundings, detect
from webapp.detection.providers import ProviderTable
from webapp.detection.steps import Step, StepState
from webapp.detection.types import Consent, Entered, EnteredServer, Findings, Outcome
from webapp.mail.settings import Protocol, Security
from webapp.net.guard import MAIL_PORTS, Guard
from webapp.net.network import Network
from webapp.net.resolver import NameServer, Resolver

LOOPBACK = (IPv4Network("127.0.0.0/8"),)


ADDRESS = "anna@uspeh.test"


RECEIVING = Entered(ADDRESS, for_sending=False)


ORDER = (StepState.WAITING, StepState.RUNNING)


SRV_OF = {
    IMAP: ("_imap", "_imaps"),
    POP3: ("_pop3", "_pop3s"),
    SMTP: ("_submission", "_submissions"),
}


class Telling:
    """Takes what a search tells and sees to it that no step ever goes back."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}
        self.all_findings: list[Findings] = []

    def step(self, step: Step) -> None:
        """Take a step."""
        before = self.steps.get(step.key)
        if before is not None:
            assert before.state in ORDER, f"{step.key} was over and is told again"
            assert not (before.state is StepState.RUNNING and step.state is StepState.WAITING)
            assert step.facts[: len(before.facts)] == before.facts
        self.steps[step.key] = step

    def findings(self, findings: Findings) -> None:
        """Take findings."""
        self.all_findings.append(findings)

    def states(self, prefix: str = "") -> dict[str, StepState]:
        """Return the steps whose key begins so, with their states."""
        return {key: step.state for key, step in self.steps.items() if key.startswith(prefix)}


class World:
    """Everything one test needs; made by `world`."""

    def __init__(self, zone: Zone, dns: DnsServer, servers: tuple[ScriptedServer, ...]) -> None:
        self.zone = zone
        self.dns = dns
        # The usual ports as well: no name of this world leads there, but guesses are asked for.
        guard = Guard(LOOPBACK, mail_ports=MAIL_PORTS | {server.port for server in servers})
        network = Network(guard, Resolver((NameServer(dns.address, dns.port),)), trusting())
        self.surroundings = Surroundings(network, ProviderTable.load())
        self.telling = Telling()

    def offer(self, speech: Speech, server: ScriptedServer, *, tls: bool, host: str = HOST) -> None:
        """Publish a scripted server by an SRV record."""
        self.zone.add(f"{SRV_OF[speech][tls]}._tcp.uspeh.test", "SRV", f"0 1 {server.port} {host}.")

    def detect(
        self,
        entered: Entered | None = None,
        consent: Consent | None = None,
        *,
        known: tuple[KnownAccount, ...] = (),
        limit_s: float = 10.0,
    ) -> Outcome:
        """Search to the end; in the end no socket and no task is left."""
        surroundings = replace(self.surroundings, known=known, limit_s=limit_s)

        async def run() -> Outcome:
            outcome = await detect(entered or Entered(ADDRESS), consent or Consent(), surroundings, self.telling)
            await asyncio.sleep(0)
            assert surroundings.network.open_streams == 0
            assert len(asyncio.all_tasks()) == 1
            assert not [step for step in self.telling.steps.values() if step.state in ORDER]
            return outcome

        return asyncio.run(run())


@contextmanager
def world(*servers: ScriptedServer) -> Iterator[World]:
    """Start a name server for uspeh.test, whose only host is 127.0.0.1; the servers are the caller's."""
    zone = Zone()
    zone.add(HOST, "A", "127.0.0.1")
    zone.add("uspeh.test", "TXT", '"a domain with a name and nothing else"')
    dns = DnsServer("127.0.0.1", zone, free_port())
    dns.start()
    try:
        yield World(zone, dns, servers)
    finally:
        dns.stop()


def free_port() -> int:
    """Return a port that is free for TCP and for UDP."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def typed(server: ScriptedServer, security: Security = Security.TLS, **more: object) -> Entered:
    """Return an entry that fixes everything about the incoming server."""
    fixed = EnteredServer(Protocol.IMAP, HOST, server.port, security)
    return replace(RECEIVING, incoming=replace(fixed, **more))  # type: ignore[arg-type]


class Port(ScriptedServer):
    """A port the network may use though no scripted server listens there."""

    def __init__(self, port: int) -> None:
        self._port = port

    @property
    def port(self) -> int:
        """Return the port."""
        return self._port
