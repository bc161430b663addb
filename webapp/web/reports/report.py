"""A report as values: sections of lines, and what was said at each step. How it looks as text says `report_text`."""

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True)
class Line:
    """One line: what it is about and the words, the deeper the more it belongs to the line above."""

    words: str
    name: str = ""
    depth: int = 0


Lines = tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    """One part of a report under its heading."""

    heading: str
    lines: Lines


class Weight(IntEnum):
    """What stays longest where not everything fits."""

    LOGIN = 0
    TROUBLE = 1
    ANSWER = 2
    LOOK_UP = 3


@dataclass(frozen=True)
class Conversation:
    """What was said at one step."""

    title: str
    weight: Weight
    lines: Lines


@dataclass(frozen=True)
class Report:
    """Everything whoever helps must know of a run, and no secret."""

    title: str
    made: str
    sections: tuple[Section, ...]
    conversations: tuple[Conversation, ...]
