"""Choosing among what was found: the alternative in front, and the login name for it. Pure, no Flask here."""

from collections.abc import Sequence
from dataclasses import replace

from webapp.detection.types import Findings, ProvedServer


def chosen_first(findings: Findings, keys: Sequence[str]) -> Findings:
    """Return the findings with the chosen alternatives in front; unknown keys choose nothing."""

    def ordered(servers: tuple[ProvedServer, ...]) -> tuple[ProvedServer, ...]:
        return tuple(sorted(servers, key=lambda server: server_key(server) not in keys))

    return replace(findings, incoming=ordered(findings.incoming), outgoing=ordered(findings.outgoing))


def server_key(server: ProvedServer) -> str:
    """Return what names one alternative in a form."""
    settings = server.settings
    return f"{settings.protocol}:{settings.host}:{settings.port}:{settings.security}"


def shared_username(findings: Findings) -> str | None:
    """Return the login name both chosen servers have, None where they differ or nobody logs in."""
    chosen = [servers[0].settings.username for servers in (findings.incoming, findings.outgoing) if servers]
    return chosen[0] if len(set(chosen)) == 1 else None


def renamed(findings: Findings, username: str | None) -> Findings:
    """Return the findings with another login name for both chosen servers; the same name or none changes nothing."""
    if username is None or username == shared_username(findings):
        return findings

    def with_name(servers: tuple[ProvedServer, ...]) -> tuple[ProvedServer, ...]:
        return tuple(
            replace(server, settings=replace(server.settings, username=username), username_fixed=True)
            for server in servers
        )

    return replace(findings, incoming=with_name(findings.incoming), outgoing=with_name(findings.outgoing))
