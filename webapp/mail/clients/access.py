"""Log in to a server as the proof did, and take the connection over for a library."""

from dataclasses import dataclass, field
from typing import TypeVar

from webapp.mail.sessions import AnySession, open_session
from webapp.mail.settings import ServerSettings
from webapp.net.blocking import BlockingSocket
from webapp.net.connections import Connections
from webapp.net.network import Network

__all__ = ["Access", "Connections", "log_in"]

TIMEOUT_S = 30.0

Session = TypeVar("Session", bound=AnySession)


@dataclass(frozen=True)
class Access:
    """What it takes to be let in by one server: the settings as they were proved, and the secret.

    `pin` is the SHA-256 of the one certificate to accept, `plain_allowed` the
    recorded consent to a password without TLS (DESIGN 5.1).
    """

    settings: ServerSettings
    secret: str = field(repr=False)
    pin: str | None = None
    plain_allowed: bool = False


def log_in(
    network: Network, access: Access, connections: Connections, kind: type[Session], timeout_s: float
) -> tuple[Session, BlockingSocket]:
    """Return a session that has logged in, only to be read any more, and its connection; raises `Trouble`.

    Not for the thread of an event loop: it waits.
    """
    session, connected = connections.run(_logged_in(network, access, timeout_s))
    connections.adopt(connected)
    if not isinstance(session, kind):
        connected.close()
        raise TypeError(f"not a server for letters of this kind: {access.settings.protocol}")
    return session, connected


async def _logged_in(network: Network, access: Access, timeout_s: float) -> tuple[AnySession, BlockingSocket]:
    settings = access.settings
    session = await open_session(network, settings.endpoint, pin=access.pin, timeout_s=timeout_s)
    try:
        # The method that worked when the account was proved stands in front.
        method = settings.auth_methods[0]
        await session.login(settings.username or "", access.secret, method, plain_allowed=access.plain_allowed)
        return session, BlockingSocket(session.stream, timeout_s=timeout_s)
    except BaseException:
        await session.close()
        raise
