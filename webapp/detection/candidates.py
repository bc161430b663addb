"""Turn what a source says into servers to try, under what the person fixed; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from webapp.detection.race import Rank
from webapp.detection.types import Entered, EnteredServer, MailConfig, Source
from webapp.mail.settings import STANDARD_PORTS, AuthMethod, Direction, Protocol, Security, ServerSettings
from webapp.net.domains import registrable_domain
from webapp.net.problems import Trouble

TLS_PORTS = {993: Protocol.IMAP, 995: Protocol.POP3, 465: Protocol.SMTP, 563: Protocol.NNTP}
PLAIN_PORTS = {143: Protocol.IMAP, 110: Protocol.POP3, 587: Protocol.SMTP, 25: Protocol.SMTP, 119: Protocol.NNTP}
PROTOCOL_ORDER = (Protocol.IMAP, Protocol.POP3, Protocol.SMTP, Protocol.NNTP)
MAILBOXES = (Protocol.IMAP, Protocol.POP3)  # what an incoming server may turn out to speak; news is never found out
SECURITY_ORDER = (Security.TLS, Security.STARTTLS, Security.NONE)

TRUSTED_BY_NAME = frozenset({Source.SRV, Source.AUTODISCOVER, Source.GUESS})
"""Sources that say nothing about trust: a server of theirs is trusted in the address's own domain."""


@dataclass(frozen=True)
class Candidate:
    """A server somebody named, to be proved. `rank` says how good the news would be."""

    settings: ServerSettings
    source: Source
    trusted: bool
    rank: Rank
    username_fixed: bool


def candidates(config: MailConfig, direction: Direction, entered: Entered, rank: Rank) -> tuple[Candidate, ...]:
    """Return the servers of one direction worth trying, best first.

    Our policy goes before the source's order (draft-ietf-mailmaint-autoconfig
    allows it): IMAP before POP3, TLS before STARTTLS. A server named without
    encryption is tried with encryption; plain is another matter (`plain.py`).
    """
    fixed = entered.server(direction)
    variants = [
        variant
        for server in config.servers(direction)
        for adapted in _adapted(server, fixed)
        for variant in ([adapted] if fixed.security is Security.NONE else encrypted(adapted))
    ]
    distinct = {server.endpoint: server for server in reversed(variants)}
    ordered = [server for server in variants if distinct[server.endpoint] is server]
    found = [
        _candidate(config, server, entered, (*rank, *preference(server), place)) for place, server in enumerate(ordered)
    ]
    return tuple(sorted(found, key=lambda candidate: candidate.rank))


def preference(server: ServerSettings) -> Rank:
    """Return how we like a kind of server; less is better."""
    return PROTOCOL_ORDER.index(server.protocol), SECURITY_ORDER.index(server.security)


def encrypted(server: ServerSettings) -> list[ServerSettings]:
    """Return a server itself, or what it would be with encryption (DESIGN 5.1: never plain while TLS answers)."""
    if server.security is not Security.NONE:
        return [server]
    tls_port = STANDARD_PORTS[server.protocol, Security.TLS]
    return [
        replace(server, security=Security.TLS, port=tls_port),
        replace(server, security=Security.STARTTLS),
    ]


def in_domain(host: str, domain: str) -> bool:
    """Tell whether a host lies in the registrable domain of an address."""
    try:
        return registrable_domain(host) == registrable_domain(domain)
    except Trouble:
        return False


def variants_of_host(host: str, fixed: EnteredServer, direction: Direction) -> list[ServerSettings]:
    """Return what a server of this name may be: the standard combinations, bound by what was fixed."""
    found = []
    for protocol in _protocols(host, fixed, direction):
        for security in _securities(fixed):
            for port in _ports(protocol, security, fixed):
                found.append(ServerSettings(protocol, host, port, security, None))
    return found


def _adapted(server: ServerSettings, fixed: EnteredServer) -> list[ServerSettings]:
    """Put what the person fixed over what a source said; a server of the other protocol falls out."""
    if fixed.protocol not in (None, server.protocol) or fixed.host not in (None, server.host):
        return []
    if server.protocol is Protocol.NNTP and not fixed.only_typed:
        return []  # whoever looks for a mailbox is not led to the news
    if fixed.port in (None, server.port) and fixed.security in (None, server.security):
        return [server]
    if fixed.port is not None:
        securities = [fixed.security] if fixed.security else _securities(fixed)
        return [replace(server, port=fixed.port, security=security) for security in securities]
    security = fixed.security or server.security
    # Changing security moves the port only if the port was a standard one (DESIGN 4).
    standard = server.port in TLS_PORTS or server.port in PLAIN_PORTS
    port = STANDARD_PORTS[server.protocol, security] if standard else server.port
    return [replace(server, port=port, security=security)]


def _protocols(host: str, fixed: EnteredServer, direction: Direction) -> list[Protocol]:
    if direction is Direction.OUTGOING:
        return [Protocol.SMTP]
    if fixed.protocol:
        return [fixed.protocol]
    named = {"imap": [Protocol.IMAP], "pop": [Protocol.POP3], "pop3": [Protocol.POP3]}.get(host.partition(".")[0])
    by_port = {**TLS_PORTS, **PLAIN_PORTS}.get(fixed.port or 0)
    return [by_port] if by_port in MAILBOXES else named or list(MAILBOXES)


def _securities(fixed: EnteredServer) -> list[Security]:
    if fixed.security:
        return [fixed.security]
    if fixed.port in TLS_PORTS:
        return [Security.TLS]
    return [Security.STARTTLS] if fixed.port in PLAIN_PORTS else [Security.TLS, Security.STARTTLS]


def _ports(protocol: Protocol, security: Security, fixed: EnteredServer) -> Iterable[int]:
    if fixed.port:
        return [fixed.port]
    # Submission belongs on 587 (RFC 6409), but small servers take it on 25.
    extra = [25] if protocol is Protocol.SMTP and security is not Security.TLS else []
    return [STANDARD_PORTS[protocol, security], *extra]


def _candidate(config: MailConfig, server: ServerSettings, entered: Entered, rank: Rank) -> Candidate:
    fixed = entered.server(server.direction)
    username = fixed.username or server.username
    unneeded = server.auth_methods == (AuthMethod.NONE,) and not fixed.username
    methods = (fixed.auth_method,) if fixed.auth_method else server.auth_methods
    by_name = config.source in TRUSTED_BY_NAME
    return Candidate(
        settings=replace(server, username=None if unneeded else username or entered.address, auth_methods=methods),
        source=Source.ENTERED if fixed.host else config.source,
        trusted=bool(fixed.host) or (in_domain(server.host, entered.domain) if by_name else config.trusted),
        rank=rank,
        username_fixed=username is not None,
    )
