"""The kinds of configuration documents there are, each with its reader."""

from collections.abc import Callable
from enum import StrEnum

from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.documents.autodiscover import read_autodiscover
from webapp.detection.documents.pacc import read_pacc
from webapp.detection.documents.types import Document

Reader = Callable[[bytes, str | None, str], Document]
"""What a document's bytes, its content type (if known) and an address give; the content counts, not its type."""


class DocumentKind(StrEnum):
    """What a document is meant to be."""

    AUTOCONFIG = "autoconfig"
    AUTODISCOVER = "autodiscover"
    PACC = "pacc"


READERS: dict[DocumentKind, Reader] = {
    DocumentKind.AUTOCONFIG: read_autoconfig,
    DocumentKind.AUTODISCOVER: read_autodiscover,
    DocumentKind.PACC: read_pacc,
}
