"""A small world for searches: a name server and scripted mail servers on loopback, and what a search told."""

import asyncio
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import IPv4Network

from tests.certificates import server_context, trusting
from tests.lab.dns_server import DnsServer
from tests.lab.zone import Zone
from tests.mail.scripts import IMAP, POP3, SMTP, Speech
from tests.peer import Peer
from tests.scripted import Script, ScriptedServer, hear
from webapp.detection.engine import KnownAccount, Surroundings, detect
from webapp.detection.providers import ProviderTable
from webapp.detection.types import Consent, Entered, Findings, Outcome, Step, StepState
from webapp.net.guard import MAIL_PORTS, Guard
from webapp.net.network import Network
from webapp.net.resolver import NameServer, Resolver

LOOPBACK = (IPv4Network("127.0.0.0/8"),)
ADDRESS = "anna@uspeh.test"
HOST = "box.uspeh.test"
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


def responder(greeting: bytes, *answers: tuple[bytes, bytes | Script]) -> Script:
    """Return a script that answers whatever line comes by the first pattern that fits it."""

    def play(peer: Peer) -> None:
        peer.say(greeting)
        while True:
            line = peer.hear()
            fitting = ((re.fullmatch(pattern, line, re.IGNORECASE), answer) for pattern, answer in answers)
            match, answer = next(((match, answer) for match, answer in fitting if match), (None, b""))
            assert match, f"nobody expected {line!r}"
            if callable(answer):
                answer(peer)
            else:
                peer.say(answer.replace(b"{tag}", match.groupdict().get("tag", b"")))

    return play


LOGIN_OF = {
    IMAP: (rb"(?P<tag>\S+) AUTHENTICATE PLAIN \S+", b"{tag} OK in\r\n", b"{tag} NO [AUTHENTICATIONFAILED] no\r\n"),
    POP3: (rb"AUTH PLAIN \S+", b"+OK in\r\n", b"-ERR [AUTH] no\r\n"),
    SMTP: (rb"AUTH PLAIN \S+", b"235 2.7.0 in\r\n", b"535 5.7.8 no\r\n"),
}
QUESTIONS_OF = {
    IMAP: (
        (rb"(?P<tag>\S+) CAPABILITY", b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n{tag} OK done\r\n"),
        (rb"(?P<tag>\S+) LOGOUT", b"* BYE\r\n{tag} OK\r\n"),
    ),
    POP3: (
        (rb"CAPA", b"+OK\r\nSASL PLAIN\r\n.\r\n"),
        (rb"QUIT", b"+OK\r\n"),
    ),
    SMTP: (
        (rb"EHLO \S+", b"250-hello\r\n250 AUTH PLAIN\r\n"),
        (rb"QUIT", b"221 bye\r\n"),
    ),
}
NO_STARTTLS_OF = {
    IMAP: (rb"(?P<tag>\S+) STARTTLS", b"{tag} BAD what\r\n"),
    POP3: (rb"STLS", b"-ERR what\r\n"),
    SMTP: (rb"STARTTLS", b"502 what\r\n"),
}


def plain_script(speech: Speech, *more: tuple[bytes, bytes | Script]) -> Script:
    """Return a server without STARTTLS; it lets anybody in whose login `more` does not answer otherwise."""
    pattern, welcome, _ = LOGIN_OF[speech]
    return responder(speech.greeting, *more, *QUESTIONS_OF[speech], NO_STARTTLS_OF[speech], (pattern, welcome))


def over_tls(speech: Speech, *more: tuple[bytes, bytes | Script]) -> ScriptedServer:
    """Return a server with implicit TLS and a good certificate."""
    return ScriptedServer(plain_script(speech, *more), tls=server_context(HOST))


def over_starttls(speech: Speech, context: ssl.SSLContext | None = None) -> ScriptedServer:
    """Return a server that starts TLS when asked, by default with a good certificate."""
    script = speech.over_starttls(hear(speech.farewell))
    return ScriptedServer(script, context=context or server_context(HOST))


def without_tls(speech: Speech) -> ScriptedServer:
    """Return a server that knows no TLS at all."""
    return ScriptedServer(plain_script(speech))


def refusing(speech: Speech) -> tuple[bytes, bytes]:
    """Return the answer of a server that refuses every login."""
    pattern, _, refusal = LOGIN_OF[speech]
    return pattern, refusal
