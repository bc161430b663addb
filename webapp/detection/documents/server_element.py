"""Read one incomingServer or outgoingServer element; pure."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from webapp.detection.documents.placeholders import filled_in
from webapp.mail.settings import STANDARD_PORTS, AuthMethod, Protocol, Security, ServerSettings
from webapp.net.domains import to_a_label
from webapp.net.problems import Trouble

PROTOCOLS = {"imap": Protocol.IMAP, "pop3": Protocol.POP3, "smtp": Protocol.SMTP}
SECURITIES = {"ssl": Security.TLS, "tls": Security.TLS, "starttls": Security.STARTTLS, "plain": Security.NONE}
AUTH_METHODS = {
    "password-cleartext": AuthMethod.PASSWORD_CLEARTEXT,
    "plain": AuthMethod.PASSWORD_CLEARTEXT,
    "login": AuthMethod.PASSWORD_CLEARTEXT,
    "password-encrypted": AuthMethod.PASSWORD_ENCRYPTED,
    "secure": AuthMethod.PASSWORD_ENCRYPTED,
    "cram-md5": AuthMethod.PASSWORD_ENCRYPTED,
    "scram-sha-1": AuthMethod.PASSWORD_ENCRYPTED,
    "scram-sha-256": AuthMethod.PASSWORD_ENCRYPTED,
    "oauth2": AuthMethod.OAUTH2,
    "xoauth2": AuthMethod.OAUTH2,
    "oauthbearer": AuthMethod.OAUTH2,
    "ntlm": AuthMethod.NTLM,
    "gssapi": AuthMethod.GSSAPI,
    "tls-client-cert": AuthMethod.TLS_CLIENT_CERT,
    "external": AuthMethod.TLS_CLIENT_CERT,
    "none": AuthMethod.NONE,
    "smtp-after-pop": AuthMethod.NONE,
}
INSIDE_ONLY = "client-ip-address"  # works from the provider's own network only
PORT_LIMIT = 65535
USERNAME_LIMIT = 320


def read_server(element: Element, address: str) -> ServerSettings | None:
    """Return the server an element describes, or None if it is unusable or of a kind we do not speak."""
    protocol = PROTOCOLS.get(element.get("type", "").strip().lower())
    security = next((SECURITIES[word] for word in _words(element, "sockettype") if word in SECURITIES), None)
    methods = _auth_methods(element)
    if protocol is None or security is None or methods is None:
        return None
    host, port = _host(element, address), _port(element, protocol, security)
    if host is None or port is None:
        return None
    username = None if methods == (AuthMethod.NONE,) else _username(element, address)
    return ServerSettings(protocol, host, port, security, username, methods)


def children(element: Element, name: str) -> Iterator[Element]:
    """Return the children of a name, in any case and name space."""
    return (child for child in element if local_name(child) == name)


def child_texts(element: Element, name: str) -> Iterator[str]:
    """Return the texts of the children of a name, without those that are empty."""
    texts = ((child.text or "").strip() for child in children(element, name))
    return (text for text in texts if text)


def local_name(element: Element) -> str:
    """Return an element's name in lower case, without its name space."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""  # comments have a function there


def _words(element: Element, name: str) -> Iterator[str]:
    return (text.lower() for text in child_texts(element, name))


def _auth_methods(element: Element) -> tuple[AuthMethod, ...] | None:
    """Return the methods in the document's order; None for a server that is not for us."""
    words = [*_words(element, "authentication")]
    restrictions = [*_words(element, "restriction")]
    if INSIDE_ONLY in words or INSIDE_ONLY in restrictions:
        return None
    if not words:
        return (AuthMethod.PASSWORD_CLEARTEXT,)
    return tuple(dict.fromkeys(AUTH_METHODS[word] for word in words if word in AUTH_METHODS)) or None


def _host(element: Element, address: str) -> str | None:
    text = next(child_texts(element, "hostname"), None)
    host = filled_in(text, address) if text else None
    try:
        return to_a_label(host) if host else None
    except Trouble:
        return None


def _port(element: Element, protocol: Protocol, security: Security) -> int | None:
    text = next(child_texts(element, "port"), None)
    if text is None:
        return STANDARD_PORTS[protocol, security]
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(PORT_LIMIT)):
        return None
    return int(text) if 0 < int(text) <= PORT_LIMIT else None


def _username(element: Element, address: str) -> str | None:
    text = next(child_texts(element, "username"), None)
    name = filled_in(text, address) if text else None
    usable = name is not None and len(name) <= USERNAME_LIMIT and name.isprintable()
    return name if usable else None
