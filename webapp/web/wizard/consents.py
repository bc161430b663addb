"""What a person must agree to before this draft's password goes out, as lists a page can show; no Flask here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from webapp.detection.consent import missing_consent
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind, ProvedServer, Source
from webapp.mail.settings import Direction
from webapp.net.problems import CERTIFICATE_PROBLEMS, CertificateFacts, Problem, ProblemKind


@dataclass(frozen=True)
class HostToTrust:
    """A host no trusted source named, and what for."""

    host: str
    source: Source
    uses: tuple[tuple[Direction, int], ...]


@dataclass(frozen=True)
class PlainServer:
    """A server that can only be talked to without encryption."""

    direction: Direction
    host: str
    port: int

    @property
    def place(self) -> str:
        """Return the form a `Consent` keeps."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class CertificateToPin:
    """A certificate that did not pass, with everything needed to judge it."""

    direction: Direction
    problem: Problem
    certificate: CertificateFacts

    @property
    def place(self) -> str:
        """Return the form a `Consent` keeps."""
        return f"{self.problem.host}:{self.problem.port}"


@dataclass(frozen=True)
class Questions:
    """Everything one consent page asks."""

    hosts: tuple[HostToTrust, ...] = ()
    plain: tuple[PlainServer, ...] = ()
    certificates: tuple[CertificateToPin, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hosts or self.plain or self.certificates)

    def keys(self) -> frozenset[str]:
        """Return what must be ticked; the page takes no other values."""
        hosts = {f"host {asked.host}" for asked in self.hosts}
        plain = {f"plain {asked.place}" for asked in self.plain}
        pins = {f"pin {asked.place} {asked.certificate.sha256}" for asked in self.certificates}
        return frozenset(hosts | plain | pins)


def questions_about(servers: Iterable[ProvedServer], consent: Consent, unproven: frozenset[str]) -> Questions:
    """Return what to ask about chosen servers.

    `unproven` are hosts that only an untrusted source ever named in this
    draft: a re-test fixes them in the form, but the person did not type them.
    """
    hosts: dict[str, HostToTrust] = {}
    plain = []
    for server in servers:
        missing = missing_consent(_as_named(server, unproven), consent)
        settings, direction = server.settings, server.settings.direction
        if missing is ProblemKind.PLAIN_NOT_CONSENTED:
            plain.append(PlainServer(direction, settings.host, settings.port))
        elif missing is not None:
            earlier = hosts[settings.host].uses if settings.host in hosts else ()
            uses = (*earlier, (direction, settings.port))
            hosts[settings.host] = HostToTrust(settings.host, server.source, uses)
    return Questions(tuple(hosts.values()), tuple(plain))


def certificates_of(outcome: Outcome | None) -> tuple[CertificateToPin, ...]:
    """Return the certificates a run stumbled over and that a person may accept."""
    if outcome is None:
        return ()
    pairs = [
        (Direction.INCOMING, outcome.incoming_problem or outcome.findings.incoming_problem),
        (Direction.OUTGOING, outcome.outgoing_problem or outcome.findings.outgoing_problem),
    ]
    return tuple(
        CertificateToPin(direction, problem, problem.certificate)
        for direction, problem in pairs
        if problem is not None
        and problem.kind in CERTIFICATE_PROBLEMS
        and problem.certificate is not None
        and (outcome.findings.chosen(direction) is None or outcome.kind is OutcomeKind.NOT_PROVED)
    )


def hosts_come_upon(entered: Entered, steps: Iterable[Step]) -> frozenset[str]:
    """Return the hosts that answered a search and that nobody had typed.

    The form may have shown them for a while, although the findings have
    better ones by now; left there as they came they are nobody's word.
    """
    typed = {entered.server(direction).host for direction in entered.wanted()}
    probes = (step for step in steps if step.group is StepGroup.PROBE and step.state is StepState.OK)
    return frozenset(step.subject.rpartition(":")[0] for step in probes) - typed


def unproven_hosts(history: Iterable[Findings], come_upon: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the hosts a draft knows from untrusted sources only."""
    servers = [server for findings in history for server in (*findings.incoming, *findings.outgoing)]
    trusted = {server.settings.host for server in servers if server.trusted and server.source is not Source.ENTERED}
    doubtful = {server for server in servers if not server.trusted and server.source is not Source.ASSUMPTION}
    return (come_upon | {server.settings.host for server in doubtful}) - trusted


def agreed(consent: Consent, questions: Questions) -> Consent:
    """Return the consent with everything that was asked added."""
    pins = {asked.place: asked.certificate.sha256 for asked in questions.certificates}
    return replace(
        consent,
        hosts=consent.hosts | {asked.host for asked in questions.hosts},
        plain_hosts=consent.plain_hosts | {asked.place for asked in questions.plain},
        pins={**consent.pins, **pins},
    )


def _as_named(server: ProvedServer, unproven: frozenset[str]) -> ProvedServer:
    if server.source is Source.ENTERED and server.settings.host in unproven:
        return replace(server, trusted=False)
    return server
