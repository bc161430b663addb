"""The hoster's own name for a server, taken from the certificate it showed and never from what a request says; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from webapp.detection.hosters import names_to_try
from webapp.detection.types import Entered, Findings, ProvedServer, Source
from webapp.mail.settings import Direction, Protocol, Security, ServerSettings
from webapp.net.certificates import CertificateFault, faults
from webapp.net.domains import registrable_domain
from webapp.net.problems import Problem, ProblemKind

OFFERED = 3
USUAL_LABELS = frozenset({"mail", "imap", "pop", "pop3", "smtp", "mx"})


@dataclass(frozen=True)
class NameOffer:
    """One name for the server of one direction; `value` is what its button sends."""

    direction: Direction
    host: str

    @property
    def value(self) -> str:
        """Return what names the offer in a form."""
        return f"{self.direction} {self.host}"


def names_offered(direction: Direction, problem: Problem, met_at: datetime) -> tuple[NameOffer, ...]:
    """Return the names worth taking where nothing is wrong with a certificate but that it names others."""
    facts, host = problem.certificate, problem.host
    if problem.kind is not ProblemKind.CERTIFICATE_WRONG_NAME or facts is None or host is None:
        return ()
    if faults(facts, host, met_at, problem.kind) != (CertificateFault.WRONG_NAME,):
        return ()
    label = host.partition(".")[0]
    likeliest = sorted(names_to_try(facts.names, host), key=lambda name: _unlikeliness(name.partition(".")[0], label))
    return tuple(NameOffer(direction, name) for name in likeliest[:OFFERED])


def with_name(entered: Entered, offer: NameOffer) -> Entered:
    """Return what was entered with the offered name in place of the wrong one."""
    server = replace(entered.server(offer.direction), host=offer.host)
    if offer.direction is Direction.INCOMING:
        return replace(entered, incoming=server)
    return replace(entered, outgoing=server)


def on_record(entered: Entered, offer: NameOffer, port: int | None) -> Findings:
    """Return who named the host: nobody's trusted source, so the person is asked before a password goes there."""
    fixed = entered.server(offer.direction)
    incoming = offer.direction is Direction.INCOMING
    protocol = fixed.protocol or (Protocol.IMAP if incoming else Protocol.SMTP)
    settings = ServerSettings(protocol, offer.host, port or 0, fixed.security or Security.TLS, fixed.username)
    server = ProvedServer(settings, Source.CERTIFICATE, False, registrable_domain(offer.host), username_fixed=False)
    return Findings(incoming=(server,)) if incoming else Findings(outgoing=(server,))


def offer_named(offers: Iterable[NameOffer], value: str) -> NameOffer | None:
    """Return the offer a pressed button stands for, if it is one."""
    return next((offer for offer in offers if offer.value == value), None)


def _unlikeliness(label: str, asked: str) -> int:
    return 0 if label == asked else 1 if label in USUAL_LABELS else 2
