"""Words in headers: encoded words (RFC 2047), raw bytes of any charset, and both at once."""

import binascii
import re
from string import ascii_letters, digits

from webapp.mail.messages.charsets import decode

# Spaces are not allowed in an encoded word, and written all the same.
ENCODED = re.compile(r"=\?([^?*\s]{1,64})(?:\*[^?\s]{0,32})?\?([BbQq])\?([^?]*)\?=")
BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,98}\?[BbQq]\?)")
NOT_BASE64 = bytes(set(range(256)) - set(f"{ascii_letters}{digits}+/".encode()))


def header_text(value: bytes) -> str:
    """Return the value of a header as people read it; line ends and all."""
    return decoded_words(raw_text(value))


def raw_text(value: bytes) -> str:
    """Return the value as text, encoded words untouched."""
    return value.decode("ascii") if value.isascii() else decode(value)


def decoded_words(text: str) -> str:
    """Return a text with its encoded words decoded; what is broken stays as it is written."""
    if "=?" not in text:
        return text
    parts: list[str] = []
    kept, waiting, charset = 0, b"", ""
    # Blanks between encoded words mean nothing (RFC 2047, 6.2).
    text = BETWEEN.sub(r"\1", text)
    for word in ENCODED.finditer(text):
        together = word.start() == kept and word[1].lower() == charset
        if not together:
            parts += (decode(waiting, charset), text[kept : word.start()])
            waiting, charset = b"", word[1].lower()
        waiting += _bytes_of(word)  # a character may be cut between two words, against the rules
        kept = word.end()
    return "".join((*parts, decode(waiting, charset), text[kept:]))


def _bytes_of(word: re.Match[str]) -> bytes:
    data = word[3].encode("utf-8", "replace")
    if word[2] in "Qq":
        return binascii.a2b_qp(data.replace(b"\n", b"").replace(b"\r", b""), header=True)
    return base64_bytes(data)


def base64_bytes(data: bytes) -> bytes:
    """Return what base64 says, however broken: foreign signs are skipped, missing padding is added."""
    signs = data.translate(None, NOT_BASE64)
    signs = signs[: len(signs) - (len(signs) % 4 == 1)]
    return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))
