"""What the three mail conversations share: the login with its safety nets, words for people, the farewell."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from webapp.mail.settings import AuthMethod, Endpoint

if TYPE_CHECKING:
    from webapp.net.stream import LineStream


class MailSession(ABC):
    """A conversation with one mail server, from its greeting on; not shared between tasks.

    Made by `webapp.mail.sessions.open_session`, which has already greeted,
    started TLS where asked and read the abilities. Leave it by `quit` (polite)
    or `close` (at once); as an async context manager it closes.
    """

    endpoint: Endpoint
    stream: "LineStream"
    mechanisms: tuple[str, ...]  # names as the ladder shows them: PLAIN LOGIN SCRAM-SHA-256 USER

    @property
    def auth_methods(self) -> tuple[AuthMethod, ...]:
        """Return the offered authentication methods, best first; never empty only if the server offers a known one."""
        raise NotImplementedError

    async def login(
        self, username: str, secret: str, method: AuthMethod | None = None, *, plain_allowed: bool = False
    ) -> AuthMethod:
        """Log in once and return the method used; raises Trouble."""
        raise NotImplementedError

    async def quit(self) -> None:
        """Say goodbye for at most a second, then close whatever the server answers."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close the connection at once; safe twice."""
        raise NotImplementedError

    @abstractmethod
    async def greet(self) -> None:
        """Read and check the greeting."""
