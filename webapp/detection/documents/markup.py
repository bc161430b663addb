"""Read XML of strangers into a small tree: no document type, no entities, only known elements, ceilings on all."""

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from webapp.detection.documents.text import beginnings, text_of
from webapp.detection.documents.types import SAID_LIMIT, Flaw, FlawKind
from webapp.net.words import clean_words

DEPTH_LIMIT = 100
ELEMENTS_LIMIT = 10_000
TEXT_LIMIT = 2000  # longer than any value of ours may be
PIECE = 16 * 1024


@dataclass(slots=True)
class Node:
    """One element: lower-case local names, its text up to the first child, its known children."""

    name: str
    attributes: dict[str, str]
    children: list["Node"] = field(default_factory=list)
    text: str = ""
    text_ended: bool = False

    def all(self, name: str) -> list["Node"]:
        """Return the children of a name."""
        return [child for child in self.children if child.name == name]

    def values(self, name: str) -> list[str]:
        """Return the texts of the children of a name, without those that are empty."""
        texts = (child.text.strip() for child in self.all(name))
        return [text for text in texts if text]

    def value(self, name: str) -> str | None:
        """Return the first text of a child of a name."""
        return next(iter(self.values(name)), None)

    def words(self, name: str) -> list[str]:
        """Return the texts of the children of a name in lower case, where spelling does not matter."""
        return [text.lower() for text in self.values(name)]


def read_markup(body: bytes, content_type: str | None, root: str, known: frozenset[str]) -> Node | Flaw:
    """Return the tree of a document with that root, keeping only elements of known names, or why there is none."""
    text = text_of(body, content_type)
    if isinstance(text, Flaw):
        return text
    flaw = Flaw(FlawKind.NOT_WELL_FORMED)
    for beginning in beginnings(text, _opening(root)):
        found = _parsed(beginning, known)
        if isinstance(found, Node):
            said = clean_words(found.name, SAID_LIMIT)
            return found if found.name == root else Flaw(FlawKind.WRONG_ROOT, said=said)
        flaw = found
        if flaw.kind is not FlawKind.NOT_WELL_FORMED:
            break
    return flaw


def _opening(root: str) -> re.Pattern[str]:
    return re.compile(rf"<\?xml\s|<(?:[\w.-]{{1,40}}:)?{root}[\s>/]", re.IGNORECASE)


def _parsed(text: str, known: frozenset[str]) -> Node | Flaw:
    tree = _Tree(known)
    # The encoding is settled: what the document declares counts no more (.NET writes "utf-16" into UTF-8).
    parser = XMLParser(target=tree, encoding="utf-8", forbid_dtd=True)
    data = text.encode("utf-8", "replace")
    try:
        for start in range(0, len(data), PIECE):
            parser.feed(data[start : start + PIECE])
        parser.close()
    except _CeilingReached as ceiling:
        return Flaw(ceiling.kind)
    except DefusedXmlException:
        return Flaw(FlawKind.DOCUMENT_TYPE)
    except ParseError as error:
        return Flaw(FlawKind.NOT_WELL_FORMED, said=clean_words(str(error), SAID_LIMIT))
    return tree.root if tree.root is not None else Flaw(FlawKind.EMPTY)


class _CeilingReached(Exception):
    """Ends the reading of a document that is no configuration of anybody."""

    def __init__(self, kind: FlawKind) -> None:
        super().__init__(kind.value)
        self.kind = kind


class _Tree:
    """Takes the parser's events and keeps what is known, with everything unknown left out whole."""

    def __init__(self, known: frozenset[str]) -> None:
        self.root: Node | None = None
        self._known = known
        self._open: list[Node | None] = []  # None: an element left out
        self._kept = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take a start tag."""
        if len(self._open) >= DEPTH_LIMIT:
            raise _CeilingReached(FlawKind.TOO_DEEP)
        name = _local(tag)
        parent = self._open[-1] if self._open else None
        if parent is not None:
            parent.text_ended = True
        if self._open and (parent is None or name not in self._known):
            self._open.append(None)
            return
        self._kept += 1
        if self._kept > ELEMENTS_LIMIT:
            raise _CeilingReached(FlawKind.TOO_MANY_ELEMENTS)
        node = Node(name, {_local(key): value[:TEXT_LIMIT] for key, value in attributes.items()})
        if parent is None:
            self.root = node
        else:
            parent.children.append(node)
        self._open.append(node)

    def data(self, text: str) -> None:
        """Take a piece of text; blanks before a value do not count against its ceiling."""
        node = self._open[-1] if self._open else None
        if node is not None and not node.text_ended:
            node.text = (node.text + text).lstrip()[:TEXT_LIMIT]

    def end(self, tag: str) -> None:
        """Take an end tag."""
        self._open.pop()

    def close(self) -> None:
        """Take the end of the document."""


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()
