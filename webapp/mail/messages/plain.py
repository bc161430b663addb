"""A plain text as people read it: with its links, and with what it quotes in places that can be folded."""

import re
from dataclasses import dataclass
from itertools import groupby

DEEPEST = 5  # quotes within quotes; deeper ones look the same
MOST_BLOCKS = 1000  # quotes and own words by turns; what follows them stands as it was written
LINK = re.compile(
    r"""\b(?:https?://|www\.)[^\s<>"'«»“”]{1,2000}|(?:mailto:)?[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}""",
    re.IGNORECASE,
)
AFTER_LINK = ".,;:!?*_~"
PAIRS = {")": "(", "]": "[", "}": "{"}
MARKS = re.compile(r"(?:> ?)+")


@dataclass(frozen=True)
class Piece:
    """A piece of text; with an address it is a link."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Lines:
    """Lines of one depth, 0 being the writer's own; without the marks."""

    depth: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Block:
    """What the writer says, or a quote of so many lines."""

    quoted: bool
    lines: int
    parts: tuple[Lines, ...]


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return a text as blocks: own words and quotes by turns."""
    written = text.strip("\n").split("\n")
    split = [_depth_and_words(line) for line in written]
    blocks: list[Block] = []
    shown = 0
    for quoted, grouped in groupby(split, key=lambda line: line[0] > 0):
        lines = list(grouped)
        if len(blocks) == MOST_BLOCKS:
            return (*blocks, _block(False, [(0, line) for line in written[shown:]]))
        blocks.append(_block(quoted, lines))
        shown += len(lines)
    return tuple(blocks)


def pieces_of(text: str) -> tuple[Piece, ...]:
    """Return a text in pieces, each a link or not."""
    pieces: list[Piece] = []
    place = 0
    for found in LINK.finditer(text):
        shown = _without_ending(found[0])
        if found.start() > place:
            pieces.append(Piece(text[place : found.start()]))
        pieces.append(Piece(shown, _address(shown)))
        place = found.start() + len(shown)
    return (*pieces, Piece(text[place:])) if place < len(text) else tuple(pieces)


def _block(quoted: bool, lines: list[tuple[int, str]]) -> Block:
    parts = (
        Lines(depth, pieces_of("\n".join(words for _, words in same)))
        for depth, same in groupby(lines, key=lambda line: line[0])
    )
    return Block(quoted, len(lines), tuple(parts))


def _depth_and_words(line: str) -> tuple[int, str]:
    marks = MARKS.match(line)
    if marks is None:
        return 0, line
    return min(marks[0].count(">"), DEEPEST), line[marks.end() :]


def _without_ending(link: str) -> str:
    """Return a link without the punctuation of the sentence it stands in."""
    while link:
        last = link[-1]
        if last in AFTER_LINK or (last in PAIRS and link.count(last) > link.count(PAIRS[last])):
            link = link[:-1]
        else:
            break
    return link


def _address(shown: str) -> str:
    lower = shown.lower()
    if lower.startswith(("http://", "https://", "mailto:")):
        return shown
    return f"https://{shown}" if lower.startswith("www.") else f"mailto:{shown}"
