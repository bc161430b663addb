"""What a person must agree to before this draft's password goes out, as lists a page can show; no Flask here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from webapp.detection.consent import missing_consent
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Consent, Entered, Findings, Outcome, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Direction
from webapp.net.problems import CERTIFICATE_PROBLEMS, CertificateFacts, Problem, ProblemKind

NOTHING_AGREED = Consent()
NOTHING_DOUBTFUL: Mapping[str, Source] = {}


@dataclass(frozen=True)
class HostToTrust:
    """A host no trusted source named, and what for."""

    host: str
    source: Source
    uses: tuple[tuple[Direction, int], ...]


@dataclass(frozen=True)
class PlainServer:
    """A server that can only be talked to without encryption; where nobody logs in only letters are risked."""

    direction: Direction
    host: str
    port: int
    password: bool = True

    @property
    def place(self) -> str:
        """Return the form a `Consent` keeps."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class CertificateToPin:
    """A certificate that did not pass, with everything needed to judge it.

    `accepted` is the SHA-256 of the one this account accepted here before, if
    any, and `earlier` what is known of that one.
    """

    direction: Direction
    problem: Problem
    certificate: CertificateFacts
    accepted: str | None = None
    earlier: CertificateFacts | None = None

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


def questions_about(
    servers: Iterable[ProvedServer], consent: Consent, unproven: Mapping[str, Source] = NOTHING_DOUBTFUL
) -> Questions:
    """Return what to ask about chosen servers.

    `unproven` are hosts that only an untrusted source (which one) ever named in
    this draft: a re-test fixes them in the form, but the person did not type them.
    """
    hosts: dict[str, HostToTrust] = {}
    plain = []
    for server in servers:
        server = _as_named(server, unproven)
        missing = missing_consent(server, consent)
        settings, direction = server.settings, server.settings.direction
        if missing is ProblemKind.PLAIN_NOT_CONSENTED:
            logs_in = settings.auth_methods != (AuthMethod.NONE,)
            plain.append(PlainServer(direction, settings.host, settings.port, logs_in))
        elif missing is not None:
            earlier = hosts[settings.host].uses if settings.host in hosts else ()
            uses = (*earlier, (direction, settings.port))
            hosts[settings.host] = HostToTrust(settings.host, server.source, uses)
    return Questions(tuple(hosts.values()), tuple(plain))


def certificates_of(outcome: Outcome | None, consent: Consent = NOTHING_AGREED) -> tuple[CertificateToPin, ...]:
    """Return the certificates a run stumbled over and that a person may accept instead of what `consent` holds."""
    if outcome is None:
        return ()
    return tuple(
        _to_pin(direction, problem, problem.certificate, consent)
        for direction in Direction
        if (problem := _problem_of(outcome, direction)) is not None
        and problem.kind in CERTIFICATE_PROBLEMS
        and problem.certificate is not None
    )


def hosts_come_upon(entered: Entered, steps: Iterable[Step]) -> frozenset[str]:
    """Return the hosts that answered a search and that nobody had typed.

    The form may have shown them for a while, although the findings have
    better ones by now; left there as they came they are nobody's word.
    """
    typed = {entered.server(direction).host for direction in entered.wanted()}
    probes = (step for step in steps if step.group is StepGroup.PROBE and step.state is StepState.OK)
    return frozenset(step.subject.rpartition(":")[0] for step in probes) - typed


def unproven_hosts(history: Iterable[Findings], come_upon: frozenset[str] = frozenset()) -> dict[str, Source]:
    """Return the hosts a draft knows from untrusted sources only, with the source that named each."""
    servers = [server for findings in history for server in (*findings.incoming, *findings.outgoing)]
    trusted = {server.settings.host for server in servers if server.trusted and server.source is not Source.ENTERED}
    doubtful = [server for server in servers if not server.trusted and server.source is not Source.ASSUMPTION]
    named = dict.fromkeys(come_upon, Source.ENTERED) | {server.settings.host: server.source for server in doubtful}
    return {host: source for host, source in named.items() if host not in trusted}


def agreed(consent: Consent, questions: Questions) -> Consent:
    """Return the consent with everything that was asked added."""
    pins = consent.pins | {asked.place: asked.certificate.sha256 for asked in questions.certificates}
    seen = (*consent.certificates, *(asked.certificate for asked in questions.certificates))
    known = {facts.sha256: facts for facts in seen if facts.sha256 in pins.values()}
    return replace(
        consent,
        hosts=consent.hosts | {asked.host for asked in questions.hosts},
        plain_hosts=consent.plain_hosts | {asked.place for asked in questions.plain if asked.password},
        plain_letters=consent.plain_letters | {asked.place for asked in questions.plain if not asked.password},
        pins=pins,
        certificates=tuple(known.values()),
    )


def no_longer_accepting(consent: Consent, questions: Questions) -> Consent:
    """Return the consent without the certificates that were accepted before where these were met."""
    places = {asked.place for asked in questions.certificates}
    return replace(consent, pins={place: sha256 for place, sha256 in consent.pins.items() if place not in places})


def _problem_of(outcome: Outcome, direction: Direction) -> Problem | None:
    """Return what a verification met, else why a search has no server."""
    verified = outcome.incoming_problem if direction is Direction.INCOMING else outcome.outgoing_problem
    return verified or (None if outcome.findings.chosen(direction) else outcome.findings.problem(direction))


def _to_pin(
    direction: Direction, problem: Problem, certificate: CertificateFacts, consent: Consent
) -> CertificateToPin:
    accepted = consent.pins.get(f"{problem.host}:{problem.port}")
    earlier = next((facts for facts in consent.certificates if facts.sha256 == accepted), None)
    return CertificateToPin(direction, problem, certificate, accepted, earlier)


def _as_named(server: ProvedServer, unproven: Mapping[str, Source]) -> ProvedServer:
    if server.source is Source.ENTERED and server.settings.host in unproven:
        return replace(server, trusted=False, source=unproven[server.settings.host])
    return server
