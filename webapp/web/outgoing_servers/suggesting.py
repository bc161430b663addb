"""What the provider table knows about a typed server name: offered for blank fields, never put over typed ones."""

from dataclasses import dataclass, replace

from webapp.detection.types import EnteredServer
from webapp.mail.settings import Protocol, Security
from webapp.net.domains import to_a_label
from webapp.net.problems import Trouble
from webapp.web.wizard.offers import provider_table
from webapp.web.wording.names import security_name


@dataclass(frozen=True)
class Suggestion:
    """How a known provider's outgoing server is reached."""

    provider: str
    host: str
    port: int
    security: Security

    @property
    def security_words(self) -> str:
        """Return the connection security in words."""
        return security_name(self.security)


def suggestion_for(typed: str) -> Suggestion | None:
    """Return what is known of a typed server name."""
    try:
        host = to_a_label(typed.strip())
    except Trouble:
        return None
    provider = provider_table().by_host(host)
    servers = [one for one in provider.servers if one.protocol is Protocol.SMTP] if provider is not None else []
    if provider is None or not servers or not _is_outgoing(host, [one.host for one in servers]):
        return None
    best = next((one for one in servers if one.host == host), servers[0])
    return Suggestion(provider.name, host, best.port, best.security)


def completed(server: EnteredServer, suggestion: Suggestion | None) -> EnteredServer:
    """Return the server with port and security of the suggestion where both were left blank, or the other one fits."""
    if suggestion is None:
        return server
    if server.security in (None, suggestion.security) and server.port in (None, suggestion.port):
        return replace(server, port=suggestion.port, security=suggestion.security)
    return server


def known_hosts() -> tuple[tuple[str, str], ...]:
    """Return the outgoing servers of the provider table with their providers' names, for the list under the field."""
    named = {
        server.host: provider.name
        for provider in reversed(provider_table().providers)
        for server in provider.servers
        if server.protocol is Protocol.SMTP and "%" not in server.host
    }
    return tuple(sorted(named.items()))


def _is_outgoing(host: str, outgoing: list[str]) -> bool:
    # A provider's other names are listed without their services; what begins like imap or pop is none for sending.
    return host in outgoing or not host.startswith(("imap", "pop"))
