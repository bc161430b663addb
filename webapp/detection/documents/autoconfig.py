"""Read a config-v1.1.xml document (draft-ietf-mailmaint-autoconfig); pure, bounded, never raises."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from webapp.detection.documents.server_element import child_texts, children, local_name, read_server
from webapp.detection.types import Hint, HintKind, MailConfig, Source
from webapp.mail.settings import AuthMethod, Direction, ServerSettings
from webapp.net.words import clean_words

SIZE_LIMIT = 256 * 1024
SERVERS_LIMIT = 20
HINTS_LIMIT = 5
NAME_LIMIT = 60


def read_autoconfig(
    body: bytes,
    address: str,
    source: Source = Source.AUTOCONFIG,
    *,
    trusted: bool = True,
    detail: str | None = None,
) -> MailConfig | None:
    """Return the servers a document names for an address, in its order, or None if it is no configuration.

    Neither version nor domains decide; an unusable server is left out alone,
    and half a document is still worth something.
    """
    root = _parsed(body)
    if root is None or local_name(root) != "clientconfig":
        return None
    provider = next(children(root, "emailprovider"), None)
    if provider is None:
        return None
    incoming = _servers(provider, "incomingserver", Direction.INCOMING, address)
    outgoing = _servers(provider, "outgoingserver", Direction.OUTGOING, address)
    if not incoming and not outgoing:
        return None
    hints = _hints(root, provider)
    if all(server.auth_methods == (AuthMethod.OAUTH2,) for server in (*incoming, *outgoing)):
        hints = (Hint(HintKind.OAUTH_ONLY), *hints)
    name = next(child_texts(provider, "displayname"), None)
    return MailConfig(
        incoming,
        outgoing,
        source,
        trusted,
        provider_name=clean_words(name, NAME_LIMIT) if name else None,
        hints=hints,
        source_detail=detail,
    )


def _parsed(body: bytes) -> Element | None:
    if len(body) > SIZE_LIMIT:
        return None
    try:
        # lstrip: a blank line before the declaration is a common slip of scripts that write the document.
        root: Element = fromstring(body.lstrip(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        # LookupError: an encoding nobody knows; ValueError: one expat cannot do, or undecodable bytes
        return None
    return root


def _servers(provider: Element, tag: str, direction: Direction, address: str) -> tuple[ServerSettings, ...]:
    elements = list(children(provider, tag))[: SERVERS_LIMIT * 2]
    read = (read_server(element, address) for element in elements)
    return tuple(server for server in read if server is not None and server.direction is direction)[:SERVERS_LIMIT]


def _hints(root: Element, provider: Element) -> tuple[Hint, ...]:
    """Return what the person must switch on first; only https pages are worth a link."""
    elements = [*children(root, "enable"), *children(provider, "enable")][:HINTS_LIMIT]
    urls = (clean_words(element.get("visiturl", ""), 500) for element in elements)
    return tuple(Hint(HintKind.ENABLE_IMAP, url if url.startswith("https://") else None) for url in urls)
