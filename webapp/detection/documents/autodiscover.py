"""Read an Autodiscover answer (Outlook's "POX" schema 2006a, MS-OXDSCLI 2.2.4); pure, bounded, never raises."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from webapp.detection.documents.assembling import configuration, nothing
from webapp.detection.documents.fields import host_of, username_of
from webapp.detection.documents.markup import Node, read_markup
from webapp.detection.documents.protocol_element import EXCHANGE_TYPES, FIELDS, protocol_name, read_protocol
from webapp.detection.documents.types import Document, DocumentOutcome, Flaw, FlawKind, Flaws
from webapp.net.words import clean_words

ROOT = "autodiscover"
KNOWN = frozenset(
    {"response", "account", "protocol", "error", "errorcode", "message", "redirectaddr", "redirecturl", *FIELDS}
)
URL_LIMIT = 1000


def read_autodiscover(body: bytes, content_type: str | None, address: str) -> Document:
    """Return the servers an answer names for an address, in its order, or where else to ask.

    Servers win over a redirect in the same answer.
    """
    root = read_markup(body, content_type, ROOT, KNOWN)
    if isinstance(root, Flaw):
        return nothing(root)
    flaws = Flaws()
    protocols = [protocol for part in _parts(root) for protocol in part.all("protocol")]
    login_names = [name for protocol in protocols if (name := protocol.value("loginname"))]
    servers = []
    for number, protocol in enumerate(protocols, 1):
        server = read_protocol(protocol, f"Protocol {number}", address, login_names, flaws)
        if server is not None:
            servers.append(server)
    if not servers:
        return _redirect(root, flaws) or _refusal(root, protocols, flaws)
    return configuration(servers, flaws)


def _parts(root: Node) -> Iterator[Node]:
    """Return every place where servers, redirects and errors may stand, the usual and the flattened ones."""
    yield root
    for response in (root, *root.all("response")):
        if response is not root:
            yield response
        yield from response.all("account")


def _redirect(root: Node, flaws: Flaws) -> Document | None:
    addresses = [text for part in _parts(root) for text in part.values("redirectaddr")]
    urls = [text for part in _parts(root) for text in part.values("redirecturl")]
    address = next(filter(_is_address, addresses), None)
    url = next(filter(_is_https, urls), None)
    if address is None and url is None:
        for said in (*addresses, *urls):
            flaws.note(FlawKind.REDIRECT_UNUSABLE, said=said)
        return None
    return Document(DocumentOutcome.REDIRECT, redirect_url=url, redirect_address=address, problems=flaws.noted())


def _refusal(root: Node, protocols: list[Node], flaws: Flaws) -> Document:
    """Return nothing usable, with the server's error, or that there is only Exchange."""
    for part in _parts(root):
        for error in part.all("error"):
            said = " ".join(filter(None, (error.value("errorcode"), error.value("message"))))
            flaws.note(FlawKind.ERROR_ANSWER, said=clean_words(said))
    if any(protocol_name(protocol) in EXCHANGE_TYPES for protocol in protocols):
        return nothing(*flaws.noted(), Flaw(FlawKind.EXCHANGE_ONLY))
    return configuration((), flaws)


def _is_address(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return bool(local) and "@" not in local and username_of(text) is not None and host_of(domain) is not None


def _is_https(text: str) -> bool:
    """Tell whether a URL may be followed: the address will be sent there, so never without TLS."""
    if len(text) > URL_LIMIT or not text.isprintable() or " " in text:
        return False
    try:
        url = urlsplit(text)
        host = url.hostname
        return url.scheme == "https" and bool(host) and "@" not in url.netloc and (url.port or 443) > 0
    except ValueError:
        return False
