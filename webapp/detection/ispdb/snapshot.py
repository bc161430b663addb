"""The imported provider database as a value: documents, found by every domain they are for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.documents.markup import Node, read_markup
from webapp.detection.documents.types import DocumentOutcome
from webapp.net.domains import to_a_label
from webapp.net.problems import Trouble

DOMAIN_ELEMENTS = frozenset({"emailprovider", "domain"})
ANYBODY = "anybody@example.org"


@dataclass(frozen=True)
class Snapshot:
    """What was imported and when; `places` tells for each domain (lower-case A-labels) which document is for it."""

    imported_on: date
    documents: tuple[bytes, ...]
    places: Mapping[str, int]

    def document(self, domain: str) -> bytes | None:
        """Return the document for a domain."""
        place = self.places.get(domain)
        return None if place is None else self.documents[place]


def snapshot_of(documents: Iterable[tuple[str, bytes]], imported_on: date) -> Snapshot:
    """Return named documents as a snapshot, without those that name no server or no domain; pure.

    Of several documents for one domain that counts which is called like it,
    else the first by name, so that the order of a folder does not matter.
    """
    kept: list[bytes] = []
    places: dict[str, int] = {}
    for name, body in sorted(documents):
        domains = domains_of(body)
        if not domains:
            continue
        own_domain = name.lower().removesuffix(".xml")
        for domain in domains:
            if domain == own_domain:
                places[domain] = len(kept)
            else:
                places.setdefault(domain, len(kept))
        kept.append(body)
    return Snapshot(imported_on, tuple(kept), places)


def domains_of(body: bytes) -> tuple[str, ...]:
    """Return the domains a document is for; none if it names no server we could use."""
    if read_autoconfig(body, None, ANYBODY).outcome is not DocumentOutcome.CONFIGURATION:
        return ()
    root = read_markup(body, None, "clientconfig", DOMAIN_ELEMENTS)
    if not isinstance(root, Node):
        return ()
    texts = (text for provider in root.all("emailprovider") for text in provider.values("domain"))
    return tuple(dict.fromkeys(domain for text in texts if (domain := _domain(text)) is not None))


def _domain(text: str) -> str | None:
    try:
        return to_a_label(text)
    except Trouble:
        return None
