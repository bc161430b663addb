"""Read one Protocol element of an Autodiscover answer; pure."""

from webapp.detection.documents.fields import host_of, port_of, username_of
from webapp.detection.documents.markup import Node
from webapp.detection.documents.types import FlawKind, Flaws
from webapp.mail.settings import STANDARD_PORTS, AuthMethod, Protocol, Security, ServerSettings

PROTOCOLS = {"imap": Protocol.IMAP, "pop3": Protocol.POP3, "smtp": Protocol.SMTP}
EXCHANGE_TYPES = frozenset({"exch", "expr", "exhttp", "web", "mobilesync", "mapihttp"})
FIELDS = {"type", "server", "port", "ssl", "encryption", "loginname", "spa", "authrequired", "usepopauth"} | {
    "domainname",
    "domainrequired",
}
ENCRYPTIONS = {"none": Security.NONE, "ssl": Security.TLS, "tls": Security.STARTTLS}
STARTTLS_PORTS = frozenset({25, 110, 143, 587})


def read_protocol(
    element: Node, place: str, address: str, login_names: list[str], flaws: Flaws
) -> ServerSettings | None:
    """Return the server an element describes, or None with the reason in `flaws`.

    `login_names` are those of the whole answer, for a server that takes the incoming one's.
    """
    protocol = PROTOCOLS.get(protocol_name(element))
    if protocol is None:
        flaws.note(FlawKind.UNKNOWN_TYPE, place, protocol_name(element))
        return None
    host_text, port_text = element.value("server"), element.value("port")
    host = host_of(host_text) if host_text else None
    if host is None:
        flaws.note(FlawKind.HOST_UNUSABLE, place, host_text)
        return None
    port = port_of(port_text) if port_text else None
    if port is None and port_text:
        flaws.note(FlawKind.PORT_UNUSABLE, place, port_text)
        return None
    security = _security(element, port)
    username = _username(element, place, address, login_names, flaws)
    return ServerSettings(
        protocol,
        host,
        port or STANDARD_PORTS[protocol, security],
        security,
        username,
        _auth_methods(element, protocol),
    )


def protocol_name(element: Node) -> str:
    """Return the kind of server an element is about; Exchange's newer ones have it as an attribute."""
    return (element.value("type") or element.attributes.get("type", "")).strip().lower()


def _security(element: Node, port: int | None) -> Security:
    """Return how the connection is protected: Encryption wins over SSL, which is on unless it is off.

    "On" means STARTTLS where a port is for that; clients that take SSL by
    the word fail at such servers.
    """
    encryption = next(iter(element.words("encryption")), None)
    if encryption in ENCRYPTIONS:
        return ENCRYPTIONS[encryption]
    if encryption != "auto" and _is(element, "ssl", "off"):
        return Security.NONE
    return Security.STARTTLS if port in STARTTLS_PORTS else Security.TLS


def _auth_methods(element: Node, protocol: Protocol) -> tuple[AuthMethod, ...]:
    if protocol is Protocol.SMTP and _is(element, "authrequired", "off"):
        return (AuthMethod.NONE,)
    if _is(element, "spa", "on"):
        return (AuthMethod.NTLM, AuthMethod.PASSWORD_CLEARTEXT)
    return (AuthMethod.PASSWORD_CLEARTEXT,)


def _username(element: Node, place: str, address: str, login_names: list[str], flaws: Flaws) -> str | None:
    text = element.value("loginname")
    if text is None and _is(element, "usepopauth", "on"):
        text = next(iter(login_names), None)
    domain = element.value("domainname")
    bare = text or address.rpartition("@")[0]
    if domain and _is(element, "domainrequired", "on") and "@" not in bare and "\\" not in bare:
        text = f"{domain}\\{bare}"
    if text is None:
        return None
    username = username_of(text)
    if username is None:
        flaws.note(FlawKind.LOGIN_NAME_UNUSABLE, place, text)
    return username


def _is(element: Node, name: str, word: str) -> bool:
    return element.words(name)[:1] == [word]
