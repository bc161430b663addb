"""What was typed about an account's servers as what a run proves; pure, no Flask here."""

from dataclasses import replace

from webapp.detection.types import Entered, EnteredServer, Findings, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Security, ServerSettings
from webapp.net.domains import registrable_domain
from webapp.web.wizard.entering import servers_to_prove


def to_prove(entered: Entered, known: Findings) -> Findings | None:
    """Return the servers as typed, None where something must be found out first.

    Where nobody logs in, as on many news servers, no password can get lost,
    so a connection without protection needs no search before.
    """
    server = entered.incoming
    if server.auth_method is not AuthMethod.NONE or not server.complete:
        return servers_to_prove(entered, known)
    return replace(known, incoming=(_without_login(server, known),), incoming_problem=None)


def _without_login(server: EnteredServer, known: Findings) -> ProvedServer:
    if server.protocol is None or server.host is None or server.port is None or server.security is None:
        raise ValueError("an incomplete server cannot be proved")
    settings = ServerSettings(server.protocol, server.host, server.port, server.security, None, (AuthMethod.NONE,))
    pins = [one.pinned_sha256 for one in known.incoming if one.settings.endpoint == settings.endpoint]
    return ProvedServer(
        settings=settings,
        source=Source.ENTERED,
        trusted=True,
        registrable_domain=registrable_domain(server.host),
        username_fixed=False,
        pinned_sha256=pins[0] if pins and server.security is not Security.NONE else None,
    )
