"""What a part of a letter holds: its bytes as they were before they travelled, and its text."""

import binascii
import re
from collections.abc import Iterable, Iterator

from webapp.mail.messages.charsets import decode, tidy
from webapp.mail.messages.parts import Part
from webapp.mail.messages.words import base64_bytes

CHUNK = 256 * 1024
BLANKS = b" \t\r\n"
NOT_IN_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
SOFT_ENDING = re.compile(rb"=[0-9A-Fa-f]?\Z")
UU_BEGIN, UU_END = re.compile(rb"begin [0-7]{3,4} "), b"end"


def pieces_of(raw: bytes, part: Part) -> Iterator[bytes]:
    """Return the bytes of a part, decoded piece by piece."""
    chunks = (raw[place : min(place + CHUNK, part.end)] for place in range(part.start, part.end, CHUNK))
    encoding = encoding_of(part)
    if encoding == b"base64":
        return _from_base64(chunks)
    if encoding == b"quoted-printable":
        return _from_quoted_printable(chunks)
    if encoding in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
        return _from_uuencode(raw[part.start : part.end])
    return chunks


def bytes_of(raw: bytes, part: Part, limit: int) -> bytes:
    """Return the beginning of a part's bytes, no more than the limit."""
    found, length = [], 0
    for piece in pieces_of(raw, part):
        found.append(piece)
        length += len(piece)
        if length >= limit:
            break
    return b"".join(found)[:limit]


def text_of(raw: bytes, part: Part, limit: int) -> str:
    """Return the beginning of a part's text."""
    text = tidy(decode(bytes_of(raw, part, limit), part.parameter("charset")))
    if part.parameter("format").lower() == "flowed":
        return flowed(text, delete_space=part.parameter("delsp").lower() == "yes")
    return text


def size_of(raw: bytes, part: Part) -> int:
    """Return how many bytes a part holds, without decoding it: exact for base64 as programs write it."""
    length = part.end - part.start
    if encoding_of(part) != b"base64":
        return length
    ends = raw.count(b"\n", part.start, part.end) + raw.count(b"\r", part.start, part.end)
    padding = raw.count(b"=", max(part.start, part.end - 4), part.end)
    return max((length - ends) * 3 // 4 - padding, 0)


def encoding_of(part: Part) -> bytes:
    """Return the transfer encoding in lower case."""
    return part.header.first("content-transfer-encoding").split(b";")[0].strip().lower()


def flowed(text: str, *, delete_space: bool) -> str:
    """Return a text whose lines end where its paragraphs do (RFC 3676, 4.2)."""
    lines: list[list[str]] = []  # each in pieces: joined one by one, long ones would cost their square
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        continues = words.endswith(" ") and words != "-- "
        if open_depth == depth and words != "-- ":
            lines[-1].append(words)
        else:
            lines.append([">" * depth + (" " if depth and words else "") + words])
        if continues and delete_space:
            lines[-1][-1] = lines[-1][-1][:-1]
        open_depth = depth if continues else None
    return "\n".join("".join(pieces) for pieces in lines)


def _from_base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decode also what was joined of several texts, each with its own padding."""
    rest = b""
    for chunk in chunks:
        *ended, rest = (rest + chunk.translate(None, NOT_IN_BASE64)).split(b"=")
        whole = len(rest) - len(rest) % 4
        yield b"".join((*map(base64_bytes, filter(None, ended)), binascii.a2b_base64(rest[:whole])))
        rest = rest[whole:]
    yield base64_bytes(rest)


def _from_quoted_printable(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decode by whole lines where there are any: blanks at a line's end do not count (RFC 2045, 6.7)."""
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        cut = data.rfind(b"\n") + 1
        if not cut:
            ending = SOFT_ENDING.search(data)
            cut = ending.start() if ending else len(data)
        yield binascii.a2b_qp(data[:cut])
        rest = data[cut:]
    yield binascii.a2b_qp(rest)


def _from_uuencode(data: bytes) -> Iterator[bytes]:
    lines = iter(data.splitlines())
    for line in lines:
        if UU_BEGIN.match(line):
            break
    for line in lines:
        if line.strip(BLANKS) == UU_END:
            return
        yield _uu_line(line)


def _uu_line(line: bytes) -> bytes:
    """Return what a line says; some encoders put more behind it than it counts, and some lines are none."""
    counted = line[: (((line[0] - 32) & 63) * 4 + 5) // 3] if line else b""
    try:
        return binascii.a2b_uu(counted)
    except binascii.Error:
        return b""
