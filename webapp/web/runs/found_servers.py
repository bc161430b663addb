"""What a run found, in words: the servers of each direction as choices, and what the provider asks for first."""

from dataclasses import dataclass

from flask_babel import gettext

from webapp.detection.types import Findings, Hint, ProvedServer
from webapp.mail.settings import AuthMethod, Direction, Protocol
from webapp.storage.models import Run
from webapp.web.explaining.explained import hint_words
from webapp.web.wizard.choosing import server_key
from webapp.web.wording import names


@dataclass(frozen=True)
class Alternative:
    """One server a person may choose: its key in the form, and its settings in words."""

    key: str
    protocol: str
    host: str
    port: int
    security: str
    auth: str
    username: str
    domain: str
    source: str
    trusted: bool
    pinned: bool
    plain: bool


@dataclass(frozen=True)
class Half:
    """One direction of what was found: the alternatives, best first, or why there is none."""

    direction: Direction
    heading: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class HintLine:
    """One precondition of the provider, with the provider's page."""

    words: str
    url: str | None


def of_news(run: Run) -> bool:
    """Tell whether a run is about a news server, and so about no mail."""
    return run.entered.incoming.protocol is Protocol.NNTP


def findings_of(run: Run) -> Findings:
    """Return the best a run knows: what it ended with, per direction else what it had on the way."""
    on_the_way = run.findings or Findings()
    if run.outcome is None:
        return on_the_way
    ended = run.outcome.findings
    return Findings(
        incoming=ended.incoming or on_the_way.incoming,
        outgoing=ended.outgoing or on_the_way.outgoing,
        provider_name=ended.provider_name or on_the_way.provider_name,
        hints=ended.hints or on_the_way.hints,
        incoming_problem=ended.incoming_problem,
        outgoing_problem=ended.outgoing_problem,
    )


def half_of(findings: Findings, direction: Direction) -> Half:
    """Return one direction of what was found."""
    servers = findings.incoming if direction is Direction.INCOMING else findings.outgoing
    protocol = servers[0].settings.protocol if servers else None
    return Half(direction, names.server_name(direction, protocol), tuple(alternative(server) for server in servers))


def alternative(server: ProvedServer) -> Alternative:
    """Return one server in words."""
    settings = server.settings
    nobody = settings.auth_methods == (AuthMethod.NONE,)
    return Alternative(
        key=server_key(server),
        protocol=names.protocol_name(settings.protocol),
        host=names.host_for_people(settings.host),
        port=settings.port,
        security=names.security_name(settings.security),
        auth=", ".join(names.auth_name(method) for method in settings.auth_methods),
        username=names.auth_name(AuthMethod.NONE) if nobody else settings.username or gettext("Autodetect"),
        domain=names.host_for_people(server.registrable_domain),
        source=names.source_name(server.source),
        trusted=server.trusted,
        pinned=server.pinned_sha256 is not None,
        plain=settings.security.value == "none",
    )


def hint_line(hint: Hint, provider: str | None) -> HintLine:
    """Return one of a provider's preconditions in words."""
    return HintLine(hint_words(hint.kind, provider), hint.url)
