"""A stored outgoing server as what a run proves for an account; pure."""

from webapp.detection.types import EnteredServer, ProvedServer, Source
from webapp.net.domains import registrable_domain
from webapp.storage.certificates import pin_of
from webapp.storage.models import Account, OutgoingServer


def chosen_server(account: Account, server: OutgoingServer) -> ProvedServer:
    """Return the server as a person's own word: it was proved before, for this account or another of the same owner.

    A certificate accepted for another account counts for nothing here.
    """
    settings = server.settings()
    return ProvedServer(
        settings=settings,
        source=Source.ENTERED,
        trusted=True,
        registrable_domain=registrable_domain(settings.host),
        username_fixed=settings.username is not None,
        pinned_sha256=pin_of(account, server),
    )


def entered_server(server: OutgoingServer) -> EnteredServer:
    """Return the server as if every field had been typed."""
    return EnteredServer(
        server.protocol, server.host, server.port, server.security, server.auth_method, server.username
    )
