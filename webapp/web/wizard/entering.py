"""From a run to the form of both servers, and back to what was entered; pure, no Flask here."""

from dataclasses import dataclass, replace

from webapp.detection.types import Entered, EnteredServer, Findings, ProvedServer, Source
from webapp.mail.settings import STANDARD_PORTS, AuthMethod, Direction, Protocol, Security, ServerSettings
from webapp.net.domains import registrable_domain, to_a_label

PASSWORD_METHODS = (AuthMethod.PASSWORD_CLEARTEXT, AuthMethod.PASSWORD_ENCRYPTED)


@dataclass(frozen=True)
class TypedServer:
    """One half of the form as it came in, parsed; None = left blank."""

    protocol: Protocol
    host: str | None
    port: int | None
    security: Security | None
    auth_method: AuthMethod | None
    username: str | None


def prefilled(entered: Entered, findings: Findings | None) -> Entered:
    """Return what the form is filled with: what was entered, and what was found for the blanks."""
    filled = entered
    for direction in entered.wanted():
        found = findings.chosen(direction) if findings else None
        filled = _with_server(filled, direction, _filled(entered.server(direction), found))
    return filled


def entered_again(before: Entered, findings: Findings | None, direction: Direction, typed: TypedServer) -> Entered:
    """Return `before` (as the form was filled) with one half as it was typed.

    A login name that nobody fixed and nobody changed stays free: what the
    form showed was our assumption, not the person's word.
    """
    was = before.server(direction)
    found = findings.chosen(direction) if findings else None
    username = typed.username
    if found is not None and not found.username_fixed and username == was.username == before.address:
        username = None
    server = EnteredServer(
        protocol=typed.protocol,
        host=to_a_label(typed.host) if typed.host else None,
        port=moved_port(was, typed),
        security=typed.security,
        auth_method=typed.auth_method,
        username=username,
    )
    return _with_server(before, direction, server)


def moved_port(was: EnteredServer, typed: TypedServer) -> int | None:
    """Return the port, moved along with a changed security if it was the standard one and was not touched."""
    if typed.port is None or typed.port != was.port or was.security is None or typed.security is None:
        return typed.port
    protocol = was.protocol or typed.protocol
    if STANDARD_PORTS[protocol, was.security] != typed.port:
        return typed.port
    return STANDARD_PORTS[typed.protocol, typed.security]


def servers_to_prove(entered: Entered, findings: Findings | None) -> Findings | None:
    """Return the servers as entered for a check with the password, or None when something is still to be found.

    What a run has proved keeps its source and its methods; an assumption is
    the person's own word once they press Done. A server without
    encryption is never taken unproved: first it must be known that nothing
    speaks TLS there.
    """
    chosen: dict[Direction, tuple[ProvedServer, ...]] = {}
    for direction in entered.wanted():
        server = entered.server(direction)
        found = _same(server, findings, direction)
        if found is not None:
            chosen[direction] = (_as_entered(found, server),)
        elif server.complete and server.security is not Security.NONE:
            chosen[direction] = (_unproved(entered, server),)
        else:
            return None
    base = findings or Findings()
    return replace(
        base,
        incoming=chosen.get(Direction.INCOMING, ()),
        outgoing=chosen.get(Direction.OUTGOING, ()),
        incoming_problem=None,
        outgoing_problem=None,
    )


def as_chosen(entered: Entered, findings: Findings) -> Entered:
    """Return what a check is about: every chosen server fixed, the login name only where it is known."""
    fixed = entered
    for direction in entered.wanted():
        server = findings.chosen(direction)
        if server is not None:
            settings, was = server.settings, entered.server(direction)
            username = settings.username if server.username_fixed else None
            fixed = _with_server(
                fixed,
                direction,
                EnteredServer(
                    settings.protocol, settings.host, settings.port, settings.security, was.auth_method, username
                ),
            )
    return fixed


def only(entered: Entered, direction: Direction) -> Entered:
    """Return what was entered for an account that uses one direction alone."""
    return replace(entered, for_receiving=direction is Direction.INCOMING, for_sending=direction is Direction.OUTGOING)


def assumed_fields(findings: Findings | None, entered: Entered) -> frozenset[str]:
    """Return the names of the form's fields that hold a recommended value nobody has proved."""
    names = set()
    for direction in entered.wanted():
        found = findings.chosen(direction) if findings else None
        if found is not None and entered.server(direction).blank:
            names |= {f"{direction.value}_{part}" for part in ("host", "port", "security", "username")}
    return frozenset(names)


def _filled(entered: EnteredServer, found: ProvedServer | None) -> EnteredServer:
    if found is None:
        return entered
    settings = found.settings
    return EnteredServer(
        protocol=settings.protocol,
        host=settings.host,
        port=settings.port,
        security=settings.security,
        auth_method=entered.auth_method,
        username=entered.username or settings.username,
    )


def _with_server(entered: Entered, direction: Direction, server: EnteredServer) -> Entered:
    if direction is Direction.INCOMING:
        return replace(entered, incoming=server)
    return replace(entered, outgoing=server)


def _same(server: EnteredServer, findings: Findings | None, direction: Direction) -> ProvedServer | None:
    known = () if findings is None else findings.incoming if direction is Direction.INCOMING else findings.outgoing
    place = (server.protocol, server.host, server.port, server.security)
    matching = (
        found
        for found in known
        if found.source is not Source.ASSUMPTION
        and (found.settings.protocol, found.settings.host, found.settings.port, found.settings.security) == place
    )
    return next(matching, None)


def _as_entered(found: ProvedServer, server: EnteredServer) -> ProvedServer:
    """Return a found server with the login name and method the person fixed."""
    settings = found.settings
    if server.auth_method is not None:
        settings = replace(settings, auth_methods=(server.auth_method,))
    if server.username is not None:
        settings = replace(settings, username=server.username)
    return replace(found, settings=settings, username_fixed=found.username_fixed or server.username is not None)


def _unproved(entered: Entered, server: EnteredServer) -> ProvedServer:
    if server.protocol is None or server.host is None or server.port is None or server.security is None:
        raise ValueError("an incomplete server cannot be proved")
    methods = (server.auth_method,) if server.auth_method else PASSWORD_METHODS
    nobody = methods == (AuthMethod.NONE,) and server.username is None
    settings = ServerSettings(
        server.protocol,
        server.host,
        server.port,
        server.security,
        None if nobody else server.username or entered.address,
        methods,
    )
    return ProvedServer(
        settings=settings,
        source=Source.ENTERED,
        trusted=True,
        registrable_domain=registrable_domain(server.host),
        username_fixed=server.username is not None,
    )
