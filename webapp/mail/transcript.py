"""What the two sides of a conversation said, fit to be kept and shown. `webapp.mail.recorder` makes the lines."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Speaker(StrEnum):
    """Whose words a line of a transcript are."""

    US = "us"
    SERVER = "server"
    NOTE = "note"  # nobody's: a fact that came true, such as tls=TLSv1.3


@dataclass(frozen=True)
class Utterance:
    """One line of a transcript; `at_ms` counts from the start of the run.

    `words` are one line, without control characters, capped, and every secret
    in them is masked (DESIGN 5.5 and 5.6). A note is a fact of a step, or says
    what is not told word for word: `letter=N` (bytes we sent), `literal=N`
    (bytes received), `lines=N` (of somebody's letter), `omitted=N` (lines).
    """

    speaker: Speaker
    words: str
    at_ms: int


Hear = Callable[[Speaker, str], None]
"""Takes one line as it is said; the words are fit to be kept already."""


def hear_nothing(speaker: Speaker, words: str) -> None:
    """Hear a line and forget it."""
