"""Guess host names and ports from a domain; pure."""

from webapp.detection.candidates import variants_of_host
from webapp.detection.types import Entered, MailConfig, Source
from webapp.mail.settings import Direction, Protocol, Security, ServerSettings

INCOMING_NAMES = ("imap", "mail", "pop3", "pop", "")
OUTGOING_NAMES = ("smtp", "mail", "")
LIKELIEST = {Direction.INCOMING: INCOMING_NAMES[0], Direction.OUTGOING: OUTGOING_NAMES[0]}


def guessed(entered: Entered, not_offered: frozenset[tuple[Protocol, Security]]) -> MailConfig:
    """Return the usual hosts of a domain, likeliest first, without what the domain says it does not offer."""
    return _config(
        entered,
        {
            Direction.INCOMING: _hosts(INCOMING_NAMES, entered.domain),
            Direction.OUTGOING: _hosts(OUTGOING_NAMES, entered.domain),
        },
        not_offered,
    )


def guessed_at(
    hosts: tuple[str, ...], entered: Entered, not_offered: frozenset[tuple[Protocol, Security]]
) -> MailConfig:
    """Return every usual service on given hosts: a small office's MX host is often its mail server."""
    return _config(entered, {Direction.INCOMING: hosts, Direction.OUTGOING: hosts}, not_offered)


def _hosts(names: tuple[str, ...], domain: str) -> tuple[str, ...]:
    return tuple(f"{name}.{domain}" if name else domain for name in names)


def _config(
    entered: Entered, hosts: dict[Direction, tuple[str, ...]], not_offered: frozenset[tuple[Protocol, Security]]
) -> MailConfig:
    def servers(direction: Direction) -> tuple[ServerSettings, ...]:
        return tuple(
            server
            for host in hosts[direction]
            for server in variants_of_host(host, entered.server(direction), direction)
            if (server.protocol, server.security) not in not_offered
        )

    return MailConfig(servers(Direction.INCOMING), servers(Direction.OUTGOING), Source.GUESS, trusted=False)
