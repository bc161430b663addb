"""The letters of tests/data/xss.toml, as bytes that arrive."""

import tomllib
from dataclasses import dataclass
from email.header import Header
from pathlib import Path
from urllib.parse import quote

from tests.mail.messages.letters import mixed


@dataclass(frozen=True)
class Vector:
    """One way to harm a reader, and the part of a letter that carries it."""

    name: str
    where: str
    value: str

    def __str__(self) -> str:
        return f"{self.where}: {self.name}"


TABLE = Path(__file__).parents[2] / "data" / "xss.toml"
VECTORS = [Vector(**row) for row in tomllib.loads(TABLE.read_text())["vector"]]


def letter_with(vector: Vector) -> bytes:
    """Return the letter that carries a vector."""
    values = {"html": "<p>hello</p>", "text": "hello", "subject": "hello", "sender": "Anna", "file-name": "x.pdf"}
    values[vector.where] = vector.value
    file = (
        "Content-Type: application/pdf\r\n"
        f"Content-Disposition: attachment; filename*=utf-8''{quote(values['file-name'], safe='')}\r\n\r\n%PDF"
    )
    words = "html" if vector.where == "html" else "plain"
    text = f"Content-Type: text/{words}; charset=utf-8\r\n\r\n{values['html' if words == 'html' else 'text']}"
    head = (
        f"From: {Header(values['sender'], 'utf-8').encode()} <thief@evil.test>\r\n"
        f"Subject: {Header(values['subject'], 'utf-8').encode()}\r\n"
    )
    body = mixed(text.encode(), file.encode())
    return head.encode() + body.replace(b"From: a@b.test\r\n", b"").replace(b"Subject: x\r\n", b"")
