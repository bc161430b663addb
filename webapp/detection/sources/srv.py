"""Rank 5: DNS SRV records (RFC 6186, RFC 8314)."""

import asyncio
from dataclasses import dataclass

from webapp.detection.candidates import TLS_PORTS
from webapp.detection.ladder import OpenStep
from webapp.detection.question import Question
from webapp.detection.sources.names import ask_srv
from webapp.detection.types import MailConfig, Source
from webapp.mail.settings import Protocol, Security, ServerSettings
from webapp.net.domains import is_name
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.net.resolver import Srv

SERVICES = {
    "_imaps": (Protocol.IMAP, Security.TLS),
    "_imap": (Protocol.IMAP, Security.STARTTLS),
    "_pop3s": (Protocol.POP3, Security.TLS),
    "_pop3": (Protocol.POP3, Security.STARTTLS),
    "_submissions": (Protocol.SMTP, Security.TLS),
    "_submission": (Protocol.SMTP, Security.STARTTLS),
}


@dataclass(frozen=True)
class Answer:
    """What one service name brought: its records, or the trouble of asking."""

    protocol: Protocol
    security: Security
    records: tuple[Srv, ...] = ()
    problem: Problem | None = None

    @property
    def denied(self) -> bool:
        """Tell whether the domain says that it does not offer the service (RFC 2782: target ".")."""
        return bool(self.records) and all(record.target in (".", "") for record in self.records)

    def servers(self) -> tuple[ServerSettings, ...]:
        """Return the servers named, best first."""
        return tuple(
            ServerSettings(self.protocol, record.target, record.port, self._security(record), None)
            for record in self.records
            if record.target not in (".", "") and is_name(record.target)
        )

    def _security(self, record: Srv) -> Security:
        # `_submission` at 465 means implicit TLS in practice, whatever RFC 6186 says.
        return Security.TLS if TLS_PORTS.get(record.port) is self.protocol else self.security


async def look_up(question: Question) -> MailConfig | None:
    """Ask for all services at once."""
    step = question.step(Source.SRV, question.domain)
    answers = await asyncio.gather(*(_ask(question, service, step) for service in SERVICES))
    config = read_answers(answers, question.domain)
    if config is None:
        failures = (answer.problem for answer in answers if answer.problem is not None)
        lookup_failed = next((one for one in failures if one.kind is ProblemKind.NAME_LOOKUP_FAILED), None)
        step.failed(lookup_failed or Problem(ProblemKind.NO_RECORD, question.domain))
    elif config.incoming or config.outgoing:
        step.ok("published", f"servers={len(config.incoming) + len(config.outgoing)}")
    else:
        step.failed(Problem(ProblemKind.NOT_OFFERED, question.domain))
    return config


def read_answers(answers: list[Answer], domain: str) -> MailConfig | None:
    """Return what the records say, or None if there are none; pure.

    Trust is decided server by server from the target's domain, because DNS
    is not signed.
    """
    servers = [server for answer in answers for server in answer.servers()]
    denied = _not_offered(answers)
    if not servers and not denied:
        return None
    return MailConfig(
        incoming=tuple(server for server in servers if server.protocol is not Protocol.SMTP),
        outgoing=tuple(server for server in servers if server.protocol is Protocol.SMTP),
        source=Source.SRV,
        trusted=False,
        source_detail=domain,
        not_offered=denied,
    )


def _not_offered(answers: list[Answer]) -> frozenset[tuple[Protocol, Security]]:
    """Return the services the domain denies; a protocol denied without any record left is denied whole."""
    offered = {server.protocol for answer in answers for server in answer.servers()}
    denied = {(answer.protocol, answer.security) for answer in answers if answer.denied}
    # A question without an answer may be the very record that offers the protocol.
    unknown = {
        answer.protocol
        for answer in answers
        if answer.problem is not None and answer.problem.kind is ProblemKind.NAME_LOOKUP_FAILED
    }
    whole = {protocol for protocol, _ in denied if protocol not in offered | unknown}
    return frozenset(denied | {(protocol, security) for protocol in whole for security in Security})


async def _ask(question: Question, service: str, step: OpenStep) -> Answer:
    protocol, security = SERVICES[service]
    try:
        records = await ask_srv(question, f"{service}._tcp.{question.domain}", step)
    except Trouble as trouble:
        return Answer(protocol, security, problem=trouble.problem)
    return Answer(protocol, security, records)
