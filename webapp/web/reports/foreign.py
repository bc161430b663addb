"""Words of servers and names people typed, made fit for plain text: none of them can pass for a line of ours."""

import re

from flask_babel import gettext

from webapp.net.words import clean_words

RULE = "────"  # begins every heading of a report, and nothing else in it
LONGEST = 600  # characters of one value
BOX_DRAWING = re.compile("[\u2500-\u257f]")
QUOTATION_MARKS = re.compile("[«»“”„]")


def harmless(words: str, limit: int = LONGEST) -> str:
    """Return the words as one line that cannot draw a heading."""
    return BOX_DRAWING.sub("-", clean_words(words, limit))


def quoted(words: str) -> str:
    """Return somebody's words between quotation marks that only we can close."""
    return gettext("“%(words)s”", words=QUOTATION_MARKS.sub('"', harmless(words)))
