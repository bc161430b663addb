"""The words of an HTML letter without its markup: for searching, for the list, and for whoever prefers text."""

import re
from html import unescape

from webapp.mail.messages.charsets import tidy

# Each pattern stops at the next "<" or takes what is left, so that no letter costs more than its length.
UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(style|script|title|template|noscript|svg|math)\b[^<>]*>.*?(?:</\1[^<>]*>?|\Z)",
    re.DOTALL | re.IGNORECASE,
)
LINE_END = re.compile(r"<(?:br|hr|/?(?:p|div|tr|li|h[1-6]|blockquote|table|ul|ol|pre|dt|dd))\b[^<>]*>?", re.IGNORECASE)
CELL_END = re.compile(r"</t[dh]\b[^<>]*>?", re.IGNORECASE)
TAG = re.compile(r"</?[A-Za-z!?][^<>]*>?")
BLANKS = re.compile(r"[ \t\xa0\n]+")
SPACES = re.compile(r"[ \t\xa0]+")
EMPTY_LINES = re.compile(r"\n[ \n]*\n")


def text_of_html(html: str) -> str:
    """Return the words of HTML, a line for each line one would see."""
    seen = BLANKS.sub(" ", UNSEEN.sub(" ", tidy(html)))
    lines = CELL_END.sub(" ", LINE_END.sub("\n", seen))
    words = tidy(unescape(TAG.sub("", lines)))
    spaced = (SPACES.sub(" ", line).strip() for line in words.split("\n"))
    return EMPTY_LINES.sub("\n\n", "\n".join(spaced)).strip()
