"""The header of a letter or of one of its parts: fields as bytes, however they are written, and their parameters."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from webapp.mail.messages.charsets import decode
from webapp.mail.messages.words import header_text

LARGEST = 1024 * 1024  # of a header; what follows is not looked at
LONGEST_VALUE = 64 * 1024
MOST_FIELDS = 5000
MOST_PARAMETERS = 200
FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*")
BLANK_LINE = re.compile(rb"\n\r?\n")
PARAMETER = re.compile(rb';\s*([^\s=;]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
PIECE = re.compile(r"(?P<name>[^*]+)(?:\*(?P<number>\d{1,3}))?(?P<extended>\*)?")  # RFC 2231
Parameters = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Header:
    """Fields in their order: names in lower case, values unfolded."""

    fields: tuple[tuple[str, bytes], ...] = ()

    def first(self, name: str) -> bytes:
        """Return the first value of a name, b"" if there is none."""
        return next((value for field, value in self.fields if field == name), b"")

    def text(self, name: str) -> str:
        """Return the first value of a name as people read it."""
        return header_text(self.first(name))

    def all(self, name: str) -> list[bytes]:
        """Return every value of a name."""
        return [value for field, value in self.fields if field == name]


def read_header(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Header, int]:
    """Return the header that begins at `start`, and where the body does.

    Lines that are no fields are skipped between fields; after the last of
    them they are the body, whose blank line is missing then.
    """
    end = len(raw) if end is None else end
    last = min(end, start + LARGEST)
    fields: list[tuple[str, list[bytes]]] = []
    stray: int | None = None
    place = start
    while place < last and len(fields) < MOST_FIELDS:
        line_end = raw.find(b"\n", place, end) + 1 or end
        line = raw[place : min(line_end, place + LONGEST_VALUE)].rstrip(b"\r\n")
        if not line:
            return _made(fields), line_end if stray is None else stray
        if line[:1] in (b" ", b"\t") and fields and stray is None:
            fields[-1][1].append(line)
        elif field := FIELD.match(line):
            fields.append((field[1].decode().lower(), [line[field.end() :]]))
            stray = None
        elif not (place == start and line.startswith(b"From ")):  # the envelope of an mbox
            stray = place if stray is None else stray
        place = line_end
    if stray is not None:
        return _made(fields), stray
    blank = BLANK_LINE.search(raw, max(place - 1, start), end)
    return _made(fields), blank.end() if blank else end


def parameters_of(value: bytes) -> tuple[str, Parameters]:
    """Return what a Content-… field names, in lower case, and its parameters as they are written."""
    if not value:
        return "", ()
    named = value.partition(b";")[0].strip().decode("ascii", "ignore").lower()
    found: list[tuple[str, bytes]] = []
    for parameter in PARAMETER.finditer(value):
        text = parameter[2].strip()
        if text[:1] == b'"':
            text = ESCAPED.sub(rb"\1", text[1:].removesuffix(b'"'))
        found.append((parameter[1].decode("ascii", "ignore").lower(), text))
        if len(found) == MOST_PARAMETERS:
            break
    return named, tuple(found)


def parameter_text(parameters: Parameters, name: str) -> str:
    """Return a parameter as people read it: whole, in pieces or encoded (RFC 2231), or with encoded words in it."""
    if not parameters:
        return ""
    pieces: dict[int, tuple[bool, bytes]] = {}
    for written, value in parameters:
        piece = PIECE.fullmatch(written)
        if piece and piece["name"] == name and (piece["number"] or piece["extended"]):
            pieces.setdefault(int(piece["number"] or 0), (bool(piece["extended"]), value))
    if 0 in pieces:
        return _joined([pieces[number] for number in sorted(pieces)])
    return header_text(next((value for written, value in parameters if written == name), b""))


def _joined(pieces: list[tuple[bool, bytes]]) -> str:
    extended, first = pieces[0]
    charset = b""
    if extended and first.count(b"'") >= 2:
        charset, _, first = first.split(b"'", 2)
    values = [(extended, first), *pieces[1:]]
    data = b"".join(unquote_to_bytes(value) if encoded else value for encoded, value in values)
    return decode(data, charset.decode("ascii", "ignore"))


def _made(fields: list[tuple[str, list[bytes]]]) -> Header:
    return Header(tuple((name, b"".join(lines)[:LONGEST_VALUE].strip()) for name, lines in fields))
