"""A page read as a person meets it: its elements by id, and the rungs of every step of the ladder."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

from webapp.detection.stages import Stage, StageState

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "use", "wbr"})
RUNG_ID = "rung-"

Rungs = tuple[tuple[Stage, StageState], ...]


@dataclass
class Element:
    """One element with what is in it."""

    tag: str
    attributes: dict[str, str]
    inner: list["Element | str"] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Return its text on one line."""
        return " ".join("".join(self._texts()).split())

    @property
    def classes(self) -> list[str]:
        """Return its classes."""
        return self.attributes.get("class", "").split()

    def all(self, tag: str | None = None, **attributes: str) -> Iterator["Element"]:
        """Return the elements within it that have these attributes."""
        for one in self.inner:
            if isinstance(one, Element):
                if (tag is None or one.tag == tag) and attributes.items() <= one.attributes.items():
                    yield one
                yield from one.all(tag, **attributes)

    def one(self, tag: str | None = None, **attributes: str) -> "Element":
        """Return the only such element."""
        found = list(self.all(tag, **attributes))
        assert len(found) == 1, f"{len(found)} elements {tag} {attributes}"
        return found[0]

    def _texts(self) -> Iterator[str]:
        for one in self.inner:
            if isinstance(one, str):
                yield one
            else:
                yield " " if one.tag in ("p", "li", "div", "h2") else ""
                yield from one._texts()


class Page(HTMLParser):
    """A page as a tree."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a page."""
        page = cls()
        page.feed(text)
        page.close()
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in the beginning of an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inner.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element that ends at once."""
        self._open[-1].inner.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Take in the end of an element; what was left open inside it ends too."""
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        """Take in text."""
        self._open[-1].inner.append(data)

    def rungs(self) -> dict[str, Rungs]:
        """Return the rungs of every step that has any, by the step's key."""
        steps = [one for one in self.root.all("li") if one.attributes.get("id", "").startswith(RUNG_ID)]
        return {step.attributes["id"].removeprefix(RUNG_ID): rungs for step in steps if (rungs := rungs_in(step))}


def rungs_in(step: Element) -> Rungs:
    """Return the rungs of one step."""
    rungs = [one.attributes for one in step.all() if "data-stage" in one.attributes]
    return tuple((Stage(one["data-stage"]), StageState(one["data-state"])) for one in rungs)
