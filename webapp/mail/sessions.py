"""The door to a mail server: connect, greet, start TLS, learn what it offers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from webapp.mail.imap import ImapSession
from webapp.mail.pop3 import Pop3Session
from webapp.mail.session import MailSession
from webapp.mail.settings import Endpoint
from webapp.mail.smtp import SmtpSession

if TYPE_CHECKING:
    from webapp.net.network import Network

__all__ = ["Endpoint", "ImapSession", "MailSession", "Pop3Session", "SmtpSession", "open_session"]

type_of_session = ImapSession | Pop3Session | SmtpSession


def ignore(fact: str) -> None:
    """Take a fact nobody asked for."""


async def open_session(
    network: "Network",
    endpoint: Endpoint,
    *,
    pin: str | None = None,
    observe: Callable[[str], None] = ignore,
    timeout_s: float = 10,
) -> ImapSession | Pop3Session | SmtpSession:
    """Return a session that has proved everything but the login.

    `observe` hears the facts as they become true: `name`, `address=192.0.2.1`,
    `port`, `tls=TLSv1.3`, `greeting`, `abilities=PLAIN LOGIN`.
    """
    raise NotImplementedError
