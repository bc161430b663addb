"""Write what we say to an IMAP server: strings, literals, folder names (RFC 3501, sections 4.3, 5.1.3). Pure."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field

LONGEST_QUOTED = 1000


@dataclass(frozen=True)
class Literal:
    """A string that cannot be quoted: sent with its size in front."""

    data: bytes = field(repr=False)


Part = bytes | Literal


def string(text: str) -> Part:
    """Return a string in quotes, as a literal if it has characters that quotes cannot hold."""
    data = text.encode()
    if len(data) > LONGEST_QUOTED or not all(32 <= byte < 127 for byte in data):
        return Literal(data)
    return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def folder_name(name: str) -> Part:
    """Return a folder's name as the wire wants it: modified UTF-7, quoted."""
    return string(encode_utf7(name).decode())


def chunks(tag: bytes, parts: Sequence[Part], *, no_waiting: bool) -> list[bytes]:
    """Return a command as the pieces to send; the server invites each piece after the first.

    One piece is one write: a command in several small packets would wait for
    delayed acknowledgements. With LITERAL+ (RFC 7888) there is always one piece.
    """
    written = [tag]
    for part in parts:
        if isinstance(part, bytes):
            written[-1] += b" " + part
        elif no_waiting:
            written[-1] += b" {%d+}\r\n" % len(part.data) + part.data
        else:
            written[-1] += b" {%d}\r\n" % len(part.data)
            written.append(part.data)
    written[-1] += b"\r\n"
    return written


def encode_utf7(name: str) -> bytes:
    """Return a folder's name in modified UTF-7."""
    encoded, waiting = bytearray(), ""
    for character in name:
        if " " <= character <= "~":
            encoded += _shifted(waiting) + (b"&-" if character == "&" else character.encode())
            waiting = ""
        else:
            waiting += character
    return bytes(encoded + _shifted(waiting))


def decode_utf7(data: bytes) -> str:
    """Return a folder's name from modified UTF-7; a name that is not valid stays as it is written."""
    text = data.decode("ascii", "replace") if data.isascii() else data.decode("utf-8", "replace")
    first, *rest = text.split("&")
    try:
        return first + "".join(_unshifted(part) for part in rest)
    except (ValueError, binascii.Error):
        return text


def _shifted(waiting: str) -> bytes:
    if not waiting:
        return b""
    # A lone surrogate is no character a folder could have; "replace" keeps the encoder from raising.
    encoded = base64.b64encode(waiting.encode("utf-16-be", "replace"))
    return b"&" + encoded.rstrip(b"=").replace(b"/", b",") + b"-"


def _unshifted(part: str) -> str:
    encoded, ended, plain = part.partition("-")
    if not ended:
        raise ValueError
    if not encoded:
        return "&" + plain
    padded = encoded.replace(",", "/") + "=" * (-len(encoded) % 4)
    return base64.b64decode(padded, validate=True).decode("utf-16-be") + plain
