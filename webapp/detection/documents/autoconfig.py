"""Read a config-v1.1.xml or v1.2 document (draft-ietf-mailmaint-autoconfig-06); pure, bounded, never raises."""

from collections import Counter
from collections.abc import Iterator

from webapp.detection.documents.assembling import configuration, nothing
from webapp.detection.documents.markup import Node, read_markup
from webapp.detection.documents.server_element import DIRECTIONS, read_server
from webapp.detection.documents.types import Document, Flaw, Flaws
from webapp.detection.types import Hint, HintKind
from webapp.net.words import clean_words

ROOT = "clientconfig"
FIELDS = {"hostname", "port", "sockettype", "authentication", "username", "restriction"}
KNOWN = frozenset({"emailprovider", "displayname", "displayshortname", "enable", *DIRECTIONS, *FIELDS})
NAMES = {"incomingserver": "incomingServer", "outgoingserver": "outgoingServer"}
HINTS_LIMIT = 5
URL_LIMIT = 500


def read_autoconfig(body: bytes, content_type: str | None, address: str) -> Document:
    """Return the servers a document names for an address, in its order.

    Neither version nor domains decide; an unusable server is left out alone,
    and half a document is still worth something.
    """
    root = read_markup(body, content_type, ROOT, KNOWN)
    if isinstance(root, Flaw):
        return nothing(root)
    flaws = Flaws()
    counted: Counter[str] = Counter()
    servers = []
    for element in _servers(root):
        counted[element.name] += 1
        place = f"{NAMES[element.name]} {counted[element.name]}"
        server = read_server(element, place, address, flaws)
        if server is not None:
            servers.append(server)
    return configuration(servers, flaws, name=_name(root), hints=_hints(root))


def _parts(root: Node) -> Iterator[Node]:
    """Return the root and its providers: the draft gives emailProvider no meaning of its own."""
    yield root
    yield from root.all("emailprovider")


def _servers(root: Node) -> Iterator[Node]:
    for child in root.children:
        if child.name in DIRECTIONS:
            yield child
        elif child.name == "emailprovider":
            yield from (server for server in child.children if server.name in DIRECTIONS)


def _name(root: Node) -> str | None:
    names = (part.value(element) for element in ("displayname", "displayshortname") for part in _parts(root))
    return next((name for name in names if name), None)


def _hints(root: Node) -> list[Hint]:
    """Return what the person must switch on first; only https pages are worth a link."""
    elements = [element for part in _parts(root) for element in part.all("enable")][:HINTS_LIMIT]
    urls = (clean_words(element.attributes.get("visiturl", ""), URL_LIMIT) for element in elements)
    return [Hint(HintKind.ENABLE_IMAP, url if url.startswith("https://") else None) for url in urls]
