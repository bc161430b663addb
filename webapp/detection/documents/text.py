"""Turn a document's bytes into text, whatever the server says they are; pure, bounded, never raises."""

import codecs
import re
from collections.abc import Iterator

from webapp.detection.documents.types import SIZE_LIMIT, Flaw, FlawKind

MARKS = {  # longest first: a UTF-32 mark begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""")
CHARSET = re.compile(r"""charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE)
DECLARATION_WITHIN = 4096
# Only encodings of text, one byte or a few a letter: Python knows others that unpack, and some that take forever.
PLAIN_ENCODINGS = re.compile(r"utf-8|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|gb\w+|big5\w*|shift_jis\w*|euc_\w+")
LAST_RESORT = "cp1251"  # every byte but one is a letter there, and our people's servers write it
JUNK = "".join(map(chr, range(0x21))) + "\x7f\x85\xa0\u200b\u2028\u2029\ufeff\ufffe\ufffd"
WEB_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
PAGE_WITHIN = 2000
DOCTYPE = re.compile("<!(?!--)")


def text_of(body: bytes, content_type: str | None) -> str | Flaw:
    """Return the document as text without the marks and blanks around it, or why there is none."""
    if len(body) > SIZE_LIMIT:
        return Flaw(FlawKind.TOO_LARGE)
    text = _decoded(body, content_type or "").strip(JUNK)
    if not text:
        return Flaw(FlawKind.EMPTY)
    if WEB_PAGE.search(text, 0, PAGE_WITHIN):
        return Flaw(FlawKind.WEB_PAGE)
    return text


def beginnings(text: str, opening: re.Pattern[str]) -> Iterator[str]:
    """Return the places where the document may begin: the first letter, else behind junk (warnings of a script)."""
    yield text
    opened = opening.search(text)
    if opened and opened.start() and not DOCTYPE.search(text, 0, opened.start()):
        yield text[opened.start() :]


def _decoded(body: bytes, content_type: str) -> str:
    """Decode by the mark, then by the bytes themselves, then by what is declared: servers declare carelessly.

    UTF-8 comes before the Content-Type: other encodings hardly ever look
    like it, while a server's default charset is often wrong.
    """
    wide = _wide_encoding(body)
    if wide:
        return body.decode(wide, "replace")
    declared = DECLARED.search(body[:DECLARATION_WITHIN])
    charset = CHARSET.search(content_type)
    said = [declared[1].decode("ascii", "replace") if declared else "", "utf-8", charset[1] if charset else ""]
    for name in filter(None, map(_plain_encoding, said)):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return body.decode(LAST_RESORT, "replace")


def _wide_encoding(body: bytes) -> str | None:
    """Return the encoding a byte order mark or the zeros between ASCII letters give away."""
    for mark, name in MARKS.items():
        if body.startswith(mark):
            return name
    head = body[:64]
    evens, odds = head[::2], head[1::2]
    if odds and odds.count(0) > len(odds) // 2 > evens.count(0):
        return "utf-16-le"
    if evens and evens.count(0) > len(evens) // 2 > odds.count(0):
        return "utf-16-be"
    return None


def _plain_encoding(name: str) -> str | None:
    try:
        known = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return None
    return known if PLAIN_ENCODINGS.fullmatch(known) else None
