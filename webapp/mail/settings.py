"""The settings of a mail server, as values every layer shares."""

from dataclasses import dataclass, field
from enum import StrEnum


class Protocol(StrEnum):
    """The protocols a server may speak; news (NNTP) is only ever entered by hand, no source names it."""

    IMAP = "imap"
    POP3 = "pop3"
    SMTP = "smtp"
    NNTP = "nntp"


class Security(StrEnum):
    """How a connection is protected; `STARTTLS` is always required, never opportunistic (RFC 8314)."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class AuthMethod(StrEnum):
    """Authentication methods, by the names of draft-ietf-mailmaint-autoconfig."""

    PASSWORD_CLEARTEXT = "password-cleartext"  # noqa: S105
    PASSWORD_ENCRYPTED = "password-encrypted"  # noqa: S105
    OAUTH2 = "oauth2"
    NTLM = "ntlm"
    GSSAPI = "gssapi"
    TLS_CLIENT_CERT = "tls-client-cert"
    NONE = "none"


class Direction(StrEnum):
    """The two halves of an account."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


STANDARD_PORTS: dict[tuple[Protocol, Security], int] = {
    (Protocol.IMAP, Security.TLS): 993,
    (Protocol.IMAP, Security.STARTTLS): 143,
    (Protocol.IMAP, Security.NONE): 143,
    (Protocol.POP3, Security.TLS): 995,
    (Protocol.POP3, Security.STARTTLS): 110,
    (Protocol.POP3, Security.NONE): 110,
    (Protocol.SMTP, Security.TLS): 465,
    (Protocol.SMTP, Security.STARTTLS): 587,
    (Protocol.SMTP, Security.NONE): 587,
    (Protocol.NNTP, Security.TLS): 563,
    (Protocol.NNTP, Security.STARTTLS): 119,
    (Protocol.NNTP, Security.NONE): 119,
}
"""The port to use when only protocol and security are known (RFC 8314, section 3; RFC 4642, section 1)."""


@dataclass(frozen=True)
class Endpoint:
    """Where a server is asked for and how the connection is protected: what a proof without login needs."""

    protocol: Protocol
    host: str
    port: int
    security: Security

    @property
    def direction(self) -> Direction:
        """Tell which half of an account the server serves."""
        return Direction.OUTGOING if self.protocol is Protocol.SMTP else Direction.INCOMING


@dataclass(frozen=True)
class ServerSettings:
    """How to reach one server and log in there.

    `host` is a lower-case A-label name or an IP literal; `auth_methods` is
    best first and never empty; `username` is None only where nobody logs in.
    """

    protocol: Protocol
    host: str
    port: int
    security: Security
    username: str | None
    auth_methods: tuple[AuthMethod, ...] = (AuthMethod.PASSWORD_CLEARTEXT,)

    @property
    def direction(self) -> Direction:
        """Tell which half of an account the server serves."""
        return Direction.OUTGOING if self.protocol is Protocol.SMTP else Direction.INCOMING

    @property
    def endpoint(self) -> Endpoint:
        """Return the part of the settings that a connection needs."""
        return Endpoint(self.protocol, self.host, self.port, self.security)


@dataclass(frozen=True)
class Credentials:
    """The secrets of one account; `outgoing` is None when both servers take the same one."""

    incoming: str = field(repr=False)
    outgoing: str | None = field(default=None, repr=False)

    def secret(self, direction: Direction) -> str:
        """Return the secret for one direction."""
        if direction is Direction.OUTGOING and self.outgoing is not None:
            return self.outgoing
        return self.incoming
