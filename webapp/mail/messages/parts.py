"""A letter taken apart: its parts by their places in its bytes. Linear, bounded, and no letter is too broken.

Not the parser of the standard library: it needs four times the letter in
memory (180 MB for an attachment of 30 MB), its headers cost quadratic time
under `policy.default`, and `Message-ID: <` makes it raise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from webapp.mail.messages.header import Header, Parameters, parameter_text, parameters_of, read_header

MOST_PARTS = 1000
DEEPEST = 128
LOOKED_THROUGH = 256 * 1024 * 1024  # bytes searched for boundaries, over all levels
LONGEST_BOUNDARY = 500  # RFC 2046, 5.1.1 allows 70
MOST_FALSE_BOUNDARIES = 20_000
DELIMITER_END = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
PLAIN, RFC822 = "text/plain", "message/rfc822"


@dataclass(frozen=True)
class Part:
    """One part: what its header says, and where its body stands in the letter's bytes.

    `number` counts as IMAP does (RFC 9051, 6.4.5.1): "2.1" is the first part of
    the second; a letter without parts is "1", one with parts is "".
    """

    number: str
    header: Header
    content_type: str
    parameters: Parameters
    start: int
    end: int
    children: tuple["Part", ...] = ()

    @property
    def leaves(self) -> Iterator["Part"]:
        """Return the parts that have bytes of their own, in their order."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            if not part.children:
                yield part
            waiting += reversed(part.children)

    def parameter(self, name: str) -> str:
        """Return a parameter of the Content-Type."""
        return parameter_text(self.parameters, name)


@dataclass
class _Budget:
    parts: int = MOST_PARTS
    looked_through: int = LOOKED_THROUGH
    false_boundaries: int = field(default=MOST_FALSE_BOUNDARIES)


def take_apart(raw: bytes) -> Part:
    """Return the letter as its outermost part."""
    part = _part(raw, 0, len(raw), "", PLAIN, DEEPEST, _Budget())
    return part if part.children else replace(part, number="1")


def _part(raw: bytes, start: int, end: int, number: str, default: str, depth: int, budget: _Budget) -> Part:
    header, body = read_header(raw, start, end)
    content_type, parameters = parameters_of(header.first("content-type"))
    content_type = content_type if TYPE.fullmatch(content_type) else default
    part = Part(number, header, content_type, parameters, body, end)
    if not content_type.startswith("multipart/"):
        return part
    inner = RFC822 if content_type == "multipart/digest" else PLAIN
    children: list[Part] = []
    for child_start, child_end in _places(raw, part, depth, budget):
        name = f"{number}.{len(children) + 1}".lstrip(".")
        children.append(_part(raw, child_start, child_end, name, inner, depth - 1, budget))
    # Without a boundary it is a text whatever it claims.
    return replace(part, children=tuple(children)) if children else replace(part, content_type=PLAIN)


def _places(raw: bytes, part: Part, depth: int, budget: _Budget) -> list[tuple[int, int]]:
    """Return where the parts of a multipart begin and end."""
    boundary = next((value for name, value in part.parameters if name == "boundary"), b"").rstrip()
    budget.looked_through -= part.end - part.start
    if not 0 < len(boundary) <= LONGEST_BOUNDARY or depth <= 0 or budget.looked_through < 0:
        return []
    places: list[tuple[int, int]] = []
    begun: int | None = None
    for delimiter_start, delimiter_end, closing in _delimiters(raw, b"--" + boundary, part.start, part.end, budget):
        if begun is not None:
            places.append((begun, max(begun, delimiter_start)))
        begun = None if closing else delimiter_end
        if closing or budget.parts <= 0:
            break
        budget.parts -= 1
    if begun is not None and budget.parts > 0:  # the letter was cut off
        places.append((begun, part.end))
    return places


def _delimiters(raw: bytes, delimiter: bytes, start: int, end: int, budget: _Budget) -> Iterator[tuple[int, int, bool]]:
    """Return where each delimiter line begins (with the line end before it) and ends, and whether it closes."""
    place = start if raw.startswith(delimiter, start, end) else raw.find(b"\n" + delimiter, start, end)
    while place >= 0 and budget.false_boundaries > 0:
        line = place + (raw[place : place + 1] == b"\n")
        ending = DELIMITER_END.match(raw, line + len(delimiter), end)
        if ending:
            yield place - (raw[place - 1 : place] == b"\r" and place > start), ending.end(), ending[1] is not None
            # The next delimiter may share this one's line end.
            place = raw.find(b"\n" + delimiter, max(ending.end() - 1, line), end)
        else:
            budget.false_boundaries -= 1
            place = raw.find(b"\n" + delimiter, line, end)
