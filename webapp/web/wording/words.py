"""The small types the tables of words are made of; no table, no translation here."""

from dataclasses import dataclass


def N_(message: str) -> str:
    """Mark a message for translation and return it as it is: tables are translated when they are read."""
    return message


@dataclass(frozen=True)
class ProblemWords:
    """One problem in words, as message ids.

    `short` ends a line of the ladder, `sentence` stands in the error summary
    and, word for word the same, at the field; `advice` says what to do next.
    `%(host)s` and `%(port)s` are filled in when the words are read.
    """

    short: str
    sentence: str
    advice: str
