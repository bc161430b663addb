"""Write the header of a letter ourselves: names of people and firms in any script, nothing that adds an address.

Not the folding of `email.policy`: it drops the quotes of a long name, so that
`Smith, John <boss@x>` becomes addresses of its own (CVE-2025-1795, in Python
before 3.11.12 and 3.13.2), and it turns long Message-IDs into encoded words.
"""

import base64
import re
from email.policy import EmailPolicy
from typing import Any

ORDINARY = re.compile(r"[A-Za-z0-9 !#$%&'*+/^_`{|}~-]{1,60}")  # atoms of RFC 5322; no "=", which begins encoded words
FOLD = "\r\n "
WORD_BYTES = 39  # 64 characters of an encoded word; a line that holds one has at most 76 (RFC 2047, section 2)
LONGEST_NAME = 200


class AsWritten(EmailPolicy):
    """The policy for SMTP, but every header goes out as it was set."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, str]:
        """Take a value that is folded already; a line end that begins another header is refused."""
        if re.search(r"[\r\n]", str(value).replace(FOLD, "")):
            raise ValueError("a header has a line end in its value")
        return name, str(value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the header as bytes."""
        return f"{name}: {value}{self.linesep}".encode()


def mailbox(name: str, address: str) -> str:
    """Return a value for From: a name in any script, without characters that have a meaning, and the address."""
    words = " ".join("".join(character if character.isprintable() else " " for character in name).split())
    if not words:
        return address
    return f"{encoded_words(words[:LONGEST_NAME])}{' ' if ORDINARY.fullmatch(words) else FOLD}<{address}>"


def encoded_words(text: str) -> str:
    """Return a text as it is if it is ordinary, else as encoded words, one a line (RFC 2047)."""
    if ORDINARY.fullmatch(text):
        return text
    return FOLD.join(f"=?utf-8?b?{base64.b64encode(part).decode()}?=" for part in _parts(text))


def _parts(text: str) -> list[bytes]:
    """Return the text in pieces that fit a word; no character is cut (RFC 2047, section 5)."""
    parts = [b""]
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if len(parts[-1]) + len(encoded) > WORD_BYTES:
            parts.append(b"")
        parts[-1] += encoded
    return parts
