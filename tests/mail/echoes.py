"""How servers, their logs and their web pages write what they were told; each of these could give a password away."""

import base64
import html
import json
import quopri
import struct
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from webapp.mail.imap_commands import encode_utf7


def in_base64(data: bytes) -> str:
    """Return base64 as text."""
    return base64.b64encode(data).decode()


def quoted_printable(text: str, *, header: bool) -> str:
    """Return quoted-printable on one line."""
    return quopri.encodestring(text.encode(), header=header).decode().replace("=\n", "")


def utf16_units(text: str) -> list[int]:
    """Return what JavaScript takes for the characters of a text."""
    return [unit for (unit,) in struct.iter_unpack(">H", text.encode("utf-16-be"))]


ECHOES: dict[str, Callable[[str], str]] = {
    "clear": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "quoted by IMAP": lambda secret: secret.replace("\\", "\\\\").replace('"', '\\"'),
    "between soft hyphens": lambda secret: "\u00ad".join(secret),
    "decomposed": lambda secret: unicodedata.normalize("NFD", secret),
    "base64": lambda secret: in_base64(secret.encode()),
    "PLAIN": lambda secret: in_base64(f"\0anna@uspeh.example\0{secret}".encode()),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "upper hexadecimal": lambda secret: secret.encode().hex().upper(),
    "spaced hexadecimal": lambda secret: secret.encode().hex(" "),
    "percent": lambda secret: quote(secret, safe=""),
    "percent of paths": lambda secret: quote(secret, safe="/:@!$&'()*+,;"),
    "percent of forms": quote_plus,
    "percent everywhere": lambda secret: "".join(f"%{byte:02X}" for byte in secret.encode()),
    "percent twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "HTML": html.escape,
    "HTML twice": lambda secret: html.escape(html.escape(secret)),
    "HTML without quotes": lambda secret: html.escape(secret, quote=False),
    "numeric entities": lambda secret: "".join(f"&#{ord(character)};" for character in secret),
    "numeric entities without ends": lambda secret: "".join(f"&#{ord(character)}" for character in secret),
    "hexadecimal entities": lambda secret: "".join(f"&#x{ord(character):04X};" for character in secret),
    "named entities": lambda secret: "".join(ENTITIES.get(character, character) for character in secret),
    "quoted-printable": lambda secret: quoted_printable(secret, header=False),
    "quoted-printable of headers": lambda secret: quoted_printable(secret, header=True),
    "quoted-printable everywhere": lambda secret: "".join(f"={byte:02X}" for byte in secret.encode()),
    "UTF-7": lambda secret: secret.encode("utf-7").decode(),
    "modified UTF-7": lambda secret: encode_utf7(secret).decode(),
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON everywhere": lambda secret: "".join(f"\\u{unit:04X}" for unit in utf16_units(secret)),
    "Python": lambda secret: repr(secret.encode())[2:-1],
    "C": lambda secret: "".join(f"\\{byte:03o}" for byte in secret.encode()),
    "misread as Latin-1": lambda secret: secret.encode().decode("latin-1"),
    "misread as Cyrillic": lambda secret: secret.encode().decode("koi8-r"),
    "misread on Windows": lambda secret: secret.encode().decode("cp1251", "replace"),
    "question marks": lambda secret: secret.encode("ascii", "replace").decode(),
}
FRAMED: dict[str, Callable[[str], str]] = {
    "base64 after one byte": lambda secret: in_base64(b"\0" + secret.encode() + b"\0"),
    "base64 after two bytes": lambda secret: in_base64(b"ab" + secret.encode() + b"\0"),
    "base64 of URLs": lambda secret: base64.urlsafe_b64encode(b"?>" + secret.encode()).decode().rstrip("="),
}
"""The secret inside a longer message: what stands beside it stays."""
ENTITIES = {
    "&": "&amp;", "<": "&lt;", '"': "&quot;", "'": "&apos;", "+": "&plus;", "\\": "&bsol;",
    "%": "&percnt;", "=": "&equals;", "/": "&sol;",
}  # fmt: skip
