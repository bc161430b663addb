"""Every way a server may write a secret that it repeats, each as a regular expression to use without case. Pure."""

import base64
import re
import string
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, partial
from html.entities import html5

from webapp.mail.imap_commands import encode_utf7

SHORTEST_INSIDE = 4  # characters; fewer would match ordinary words, so they must stand alone
LONGEST_SPELLED_OUT = 80  # characters; longer ones are tokens of machines, and nobody escapes letters and digits there
PLAIN = frozenset(string.ascii_letters + string.digits)
BASE64 = "A-Za-z0-9+/_-"  # both alphabets (RFC 4648, sections 4 and 5)
MISREAD_AS = ("latin-1", "cp1252", "cp1251", "koi8-r")  # what programs take UTF-8 for that know nothing of it
WIDEST = 4  # characters that one character may become where somebody mistakes the charset


def disguises(secret: str) -> list[str]:
    """Return the patterns of a secret, each once."""
    patterns = [pattern for spelled in _spellings(secret) for pattern in _patterns(spelled)]
    if not secret.isascii():
        misread = [secret.encode().decode(charset, "replace") for charset in MISREAD_AS]
        patterns += map(re.escape, (secret.upper(), secret.lower(), *misread))
        patterns += [_in_another_charset(secret)] if any(map(str.isascii, secret)) else []
    return list(dict.fromkeys(patterns))


def _spellings(secret: str) -> list[str]:
    """Return a secret as it is and as programs normalise it; most often all these are the same."""
    normal = [unicodedata.normalize(form, secret) for form in ("NFC", "NFD", "NFKC")]
    return list(dict.fromkeys((secret, *normal)))


def _patterns(secret: str) -> Iterator[str]:
    """Return the patterns of one spelling.

    In each of the escaped forms the escaping character always is escaped
    itself, so there is one way to read a text and nothing to try again: no
    server makes the search slow.
    """
    for escaped in ESCAPES:
        yield "".join(
            character if character in PLAIN and len(secret) > LONGEST_SPELLED_OUT else escaped(character)
            for character in secret
        )
    yield re.escape(secret)
    yield from (re.escape(data.decode("ascii")) for data in (encode_utf7(secret), secret.encode("utf-7")))
    yield _hexadecimal(secret.encode())
    yield from _base64(secret.encode())


def _percent(character: str, sign: str) -> str:
    """Return a character as URLs write it; blanks as forms do."""
    blank = r"|\+" if character == " " else ""
    escaped = "".join(f"{sign}{byte:02x}" for byte in character.encode()) + f"|{sign}u{ord(character):04x}" + blank
    return _either("%", character, escaped)


def _entity(character: str, sign: str) -> str:
    """Return a character as HTML writes it."""
    number = ord(character)
    names = "".join(f"|{name};?" for name in _entity_names().get(character, ()))
    return _either("&", character, f"{sign}(?:#0*{number};?|#x0*{number:x};?{names})")


def _quoted_printable(character: str) -> str:
    """Return a character as letters write it (RFC 2045, section 6.7), with the blanks of headers (RFC 2047)."""
    escaped = "".join(f"={byte:02x}" for byte in character.encode())
    return _either("=", character, escaped + ("|_" if character == " " else ""))


def _backslash(character: str) -> str:
    """Return a character as IMAP's quotes, JSON and most programming languages write it."""
    units = character.encode("utf-16-be")
    ways = [
        "".join(rf"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)),
        "".join(rf"\\x{byte:02x}" for byte in character.encode()),
        "".join(rf"\\{byte:03o}" for byte in character.encode()),
    ]
    if character in string.punctuation:
        ways.append(r"\\" + re.escape(character))
    return _either("\\", character, "|".join(ways))


ESCAPES: tuple[Callable[[str], str], ...] = (
    partial(_percent, sign="%"),
    partial(_percent, sign="%25"),  # what was escaped twice
    partial(_entity, sign="&"),
    partial(_entity, sign="&amp;"),
    _quoted_printable,
    _backslash,
)


def _either(escape: str, character: str, escaped: str) -> str:
    return f"(?>{escaped})" if character == escape else f"(?>{re.escape(character)}|{escaped})"


def _hexadecimal(secret: bytes) -> str:
    digits = [f"{byte:02x}" for byte in secret]
    return r"[ :-]?".join(digits) if 2 * len(digits) >= SHORTEST_INSIDE else _alone("0-9a-z", digits[0])


def _base64(secret: bytes) -> Iterator[str]:
    """Return the characters a secret always yields, for each of the three places it may begin at in a message.

    The first and last characters depend on the neighbours, so any may stand
    there: each holds some bits of the secret.
    """
    whole = base64.b64encode(secret).decode().rstrip("=")
    yield _alone(BASE64, _both_alphabets(whole)) + "=*"
    for lead in range(3):
        encoded = base64.b64encode(b"\0" * lead + secret).decode().rstrip("=")
        first = -(-lead * 8 // 6)
        last = (lead + len(secret)) * 8 // 6
        if last - first >= SHORTEST_INSIDE:
            yield f"[{BASE64}]?{_both_alphabets(encoded[first:last])}[{BASE64}]?=*"


def _both_alphabets(encoded: str) -> str:
    return "".join({"+": "[+-]", "/": "[/_]"}.get(character, character) for character in encoded)


def _alone(neighbours: str, text: str) -> str:
    return f"(?<![{neighbours}]){text}(?![{neighbours}])"


def _in_another_charset(secret: str) -> str:
    """Return a secret whose letters outside ASCII became something else: other letters, U+FFFD, question marks."""
    other = r"[^\x00-\x7f]" if "?" in secret else r"(?:[^\x00-\x7f]|\?)"
    parts = re.split(r"([^\x00-\x7f]+)", secret)
    return "".join(
        f"{other}{{1,{WIDEST * len(part)}}}+" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )


@cache
def _entity_names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, text in html5.items():
        if name.endswith(";"):
            names.setdefault(text, []).append(re.escape(name[:-1]))
    return names
