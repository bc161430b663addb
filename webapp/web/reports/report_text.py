"""A report as plain text to paste into a chat: no markup, short lines, a limit that is told."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from webapp.web.reports.foreign import RULE, harmless
from webapp.web.reports.report import Conversation, Line, Report, Section

WIDTH = 100
INDENT = 2
HANGING = 4  # further than the line it goes on with
MOST_BYTES = 200 * 1024
LINE_END = 1
HARD_BLANK = "\u00a0"
ROOM_FOR_NOTE = 400  # bytes: the heading of the conversations, and how many of them are missing


@dataclass(frozen=True)
class TextLine:
    """One line of the report as text, wrapped where it is long, and how far in it stands; headings stand at 0.

    A page may let it flow anew: between two parts there is nothing but blanks.
    """

    words: str
    depth: int = 0
    heading: bool = False


TextLines = tuple[TextLine, ...]


def text_of(lines: Iterable[TextLine]) -> str:
    """Return the lines as one text."""
    return "".join(f"{line.words}\n" for line in lines)


def lines_of(report: Report, most_bytes: int = MOST_BYTES) -> TextLines:
    """Return the text of a report line by line, within the limit; what is left out is told where it is missing.

    Conversations are left out whole, those of look-ups first.
    """
    head = [TextLine(harmless(report.title)), TextLine(harmless(report.made))]
    for section in report.sections:
        head += _section(section.heading, section.lines)
    kept = _kept(report.conversations, most_bytes - _size(head) - ROOM_FOR_NOTE)
    tail = _conversations(report.conversations, kept)
    return _cut([*head, *tail], most_bytes)


def _kept(conversations: Sequence[Conversation], room: int) -> frozenset[int]:
    """Return the places of the conversations that fit."""
    kept = set()
    for place in sorted(range(len(conversations)), key=lambda place: conversations[place].weight):
        needed = _size(_conversation(conversations[place]))
        if needed <= room:
            kept.add(place)
            room -= needed
    return frozenset(kept)


def _conversations(conversations: Sequence[Conversation], kept: frozenset[int]) -> list[TextLine]:
    if not conversations:
        return []
    missing = len(conversations) - len(kept)
    note = ngettext(
        "The report would be too long: %(num)d conversation is left out.",
        "The report would be too long: %(num)d conversations are left out.",
        missing,
    )
    heading = Section(gettext("What was said"), (Line(note),) if missing else ())
    lines = _section(heading.heading, heading.lines)
    for place in sorted(kept):
        lines += _conversation(conversations[place])
    return lines


def _conversation(one: Conversation) -> list[TextLine]:
    return [_line(Line(one.title)), *map(_line, one.lines)]


def _section(heading: str, lines: Iterable[Line]) -> list[TextLine]:
    drawn = TextLine(f"\n{RULE} {harmless(heading)} {RULE}", heading=True)
    return [drawn, *map(_line, lines)]


def _line(line: Line) -> TextLine:
    """Return a line, wrapped; no part of it begins where headings do."""
    words = f"{line.name}: {line.words}" if line.name else line.words
    first = " " * INDENT * (line.depth + 1)
    wrapped = textwrap.fill(
        _with_its_hard_blanks(words),
        WIDTH,
        initial_indent=first,
        subsequent_indent=first + " " * HANGING,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return TextLine(wrapped, line.depth + 1)


def _with_its_hard_blanks(words: str) -> str:
    """Return harmless words in which a number still holds on to its unit."""
    return HARD_BLANK.join(harmless(part, limit=len(part) + 1) for part in words.split(HARD_BLANK))


def _cut(lines: list[TextLine], most_bytes: int) -> TextLines:
    """Return the lines up to the limit: a last safeguard, for the sections alone are far below it."""
    if _size(lines) <= most_bytes:
        return tuple(lines)
    note = TextLine(gettext("The report is too long and is cut here."))
    room, kept = most_bytes - _size([note]), list[TextLine]()
    for line in lines:
        room -= _size([line])
        if room < 0:
            break
        kept.append(line)
    return (*kept, note)


def _size(lines: Iterable[TextLine]) -> int:
    return sum(len(line.words.encode()) + LINE_END for line in lines)
