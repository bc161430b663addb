"""Read one incomingServer or outgoingServer element; pure."""

from webapp.detection.documents.fields import host_of, port_of, username_of
from webapp.detection.documents.markup import Node
from webapp.detection.documents.placeholders import filled_in
from webapp.detection.documents.types import FlawKind, Flaws
from webapp.mail.settings import AuthMethod, Direction, Protocol, Security, ServerSettings

PROTOCOLS = {"imap": Protocol.IMAP, "pop3": Protocol.POP3, "smtp": Protocol.SMTP}
DIRECTIONS = {"incomingserver": Direction.INCOMING, "outgoingserver": Direction.OUTGOING}
SECURITIES = {"ssl": Security.TLS, "tls": Security.TLS, "starttls": Security.STARTTLS, "plain": Security.NONE}
AUTH_METHODS = {
    "password-cleartext": AuthMethod.PASSWORD_CLEARTEXT,
    "plain": AuthMethod.PASSWORD_CLEARTEXT,
    "login": AuthMethod.PASSWORD_CLEARTEXT,
    "password-encrypted": AuthMethod.PASSWORD_ENCRYPTED,
    "secure": AuthMethod.PASSWORD_ENCRYPTED,
    "cram-md5": AuthMethod.PASSWORD_ENCRYPTED,
    "digest-md5": AuthMethod.PASSWORD_ENCRYPTED,
    "scram-sha-1": AuthMethod.PASSWORD_ENCRYPTED,
    "scram-sha-1-plus": AuthMethod.PASSWORD_ENCRYPTED,
    "scram-sha-256": AuthMethod.PASSWORD_ENCRYPTED,
    "scram-sha-256-plus": AuthMethod.PASSWORD_ENCRYPTED,
    "oauth": AuthMethod.OAUTH2,
    "oauth2": AuthMethod.OAUTH2,
    "xoauth2": AuthMethod.OAUTH2,
    "oauthbearer": AuthMethod.OAUTH2,
    "ntlm": AuthMethod.NTLM,
    "gssapi": AuthMethod.GSSAPI,
    "tls-client-cert": AuthMethod.TLS_CLIENT_CERT,
    "external": AuthMethod.TLS_CLIENT_CERT,
    "none": AuthMethod.NONE,
    "client-ip-address": AuthMethod.NONE,
    "smtp-after-pop": AuthMethod.NONE,
}
"""The draft's names, the SASL names it allows beside them, and those of older documents."""


def read_server(element: Node, place: str, address: str, flaws: Flaws) -> ServerSettings | None:
    """Return the server an element describes, or None with the reason in `flaws`."""
    protocol = _protocol(element, place, flaws)
    if protocol is None:
        return None
    security = next((SECURITIES[word] for word in element.words("sockettype") if word in SECURITIES), None)
    if security is None:
        flaws.note(FlawKind.SECURITY_UNKNOWN, place, element.value("sockettype"))
        return None
    host_text, port_text = element.value("hostname"), element.value("port")
    host_filled = filled_in(host_text, address) if host_text else None
    host = host_of(host_filled) if host_filled else None
    if host is None:
        flaws.note(FlawKind.HOST_UNUSABLE, place, host_text)
        return None
    port = port_of(port_text) if port_text else None
    if port is None:
        flaws.note(FlawKind.PORT_UNUSABLE, place, port_text)
        return None
    username = _username(element, place, address, flaws)
    return ServerSettings(protocol, host, port, security, username, _auth_methods(element, place, flaws))


def _protocol(element: Node, place: str, flaws: Flaws) -> Protocol | None:
    """Return the protocol of a server that is for us, which one with a restriction is not: it works elsewhere only."""
    said = element.attributes.get("type", "")
    protocol = PROTOCOLS.get(said.strip().lower())
    if protocol is None:
        flaws.note(FlawKind.UNKNOWN_TYPE, place, said)
    elif (protocol is Protocol.SMTP) is not (DIRECTIONS[element.name] is Direction.OUTGOING):
        flaws.note(FlawKind.WRONG_DIRECTION, place, said)
    elif element.all("restriction"):
        flaws.note(FlawKind.RESTRICTED, place, element.value("restriction"))
    else:
        return protocol
    return None


def _auth_methods(element: Node, place: str, flaws: Flaws) -> tuple[AuthMethod, ...]:
    """Return the methods in the document's order; where it names none we know, a password is the likely one."""
    methods: dict[AuthMethod, None] = {}
    for text in element.values("authentication"):
        method = AUTH_METHODS.get(text.lower().removeprefix("sasl ").strip())
        if method is None:
            flaws.note(FlawKind.AUTH_UNKNOWN, place, text)
        else:
            methods.setdefault(method)
    return tuple(methods) or (AuthMethod.PASSWORD_CLEARTEXT,)


def _username(element: Node, place: str, address: str, flaws: Flaws) -> str | None:
    text = element.value("username")
    if text is None:
        return None
    filled = filled_in(text, address)
    username = username_of(filled) if filled else None
    if username is None:
        flaws.note(FlawKind.LOGIN_NAME_UNUSABLE, place, text)
    return username
