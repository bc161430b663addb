"""Decide what a person must agree to before a password goes anywhere; pure (DESIGN 4 and 5.1)."""

from dataclasses import replace

from webapp.detection.types import Consent, Findings, OutcomeKind, ProvedServer
from webapp.mail.settings import AuthMethod, Direction, Protocol, Security, ServerSettings
from webapp.net.problems import Problem, ProblemKind


def missing_consent(server: ProvedServer, consent: Consent) -> ProblemKind | None:
    """Return what is still to be agreed to for one server, or None.

    Agreeing to one certificate or to a login without encryption names the
    host in full, so it covers the host as well.
    """
    place = f"{server.settings.host}:{server.settings.port}"
    if says_something_plainly(server.settings):
        letters = consent.plain_letters if server.settings.auth_methods == (AuthMethod.NONE,) else frozenset()
        return None if place in consent.plain_hosts | letters else ProblemKind.PLAIN_NOT_CONSENTED
    if server.settings.security is Security.NONE:
        return None
    if server.pinned_sha256 is not None:
        return None if consent.pins.get(place) == server.pinned_sha256 else ProblemKind.HOST_NOT_CONSENTED
    if server.trusted or server.settings.host in consent.hosts:
        return None
    return ProblemKind.HOST_NOT_CONSENTED


def says_something_plainly(settings: ServerSettings) -> bool:
    """Tell whether a password or a letter goes to this server without TLS; news read without a login are neither."""
    news = settings.protocol is Protocol.NNTP and settings.auth_methods == (AuthMethod.NONE,)
    return settings.security is Security.NONE and not news


def consent_problem(server: ProvedServer, consent: Consent) -> Problem | None:
    """Return the problem that keeps the password from this server, or None."""
    kind = missing_consent(server, consent)
    return Problem(kind, server.settings.host, server.settings.port) if kind else None


def with_pins_of(findings: Findings, consent: Consent) -> Findings:
    """Return the servers accepted by certificates that are agreed to now; any other must be verified again."""

    def repinned(servers: tuple[ProvedServer, ...]) -> tuple[ProvedServer, ...]:
        return tuple(
            server
            if server.pinned_sha256 == consent.pins.get(f"{server.settings.host}:{server.settings.port}")
            else replace(server, pinned_sha256=None)
            for server in servers
        )

    return replace(findings, incoming=repinned(findings.incoming), outgoing=repinned(findings.outgoing))


def outcome_kind(findings: Findings, wanted: tuple[Direction, ...], consent: Consent) -> OutcomeKind:
    """Judge a search by what it proved."""
    chosen = [findings.chosen(direction) for direction in wanted]
    proved = [server for server in chosen if server is not None]
    if not proved:
        return OutcomeKind.NOT_FOUND
    if len(proved) < len(wanted):
        return OutcomeKind.HALF_FOUND
    if any(missing_consent(server, consent) for server in proved):
        return OutcomeKind.NEEDS_CONSENT
    return OutcomeKind.FOUND
