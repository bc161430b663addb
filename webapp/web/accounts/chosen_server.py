"""A stored outgoing server as what a run proves; pure."""

from webapp.detection.types import EnteredServer, ProvedServer, Source
from webapp.net.domains import registrable_domain
from webapp.storage.models import OutgoingServer


def chosen_server(server: OutgoingServer) -> ProvedServer:
    """Return the server as a person's own word: it was proved before, for another account of the same owner."""
    settings = server.settings()
    return ProvedServer(
        settings=settings,
        source=Source.ENTERED,
        trusted=True,
        registrable_domain=registrable_domain(settings.host),
        username_fixed=settings.username is not None,
        pinned_sha256=server.pinned_sha256,
    )


def entered_server(server: OutgoingServer) -> EnteredServer:
    """Return the server as if every field had been typed."""
    return EnteredServer(
        server.protocol, server.host, server.port, server.security, server.auth_method, server.username
    )
