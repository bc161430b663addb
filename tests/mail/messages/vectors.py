"""The letters of tests/data/xss.toml, as bytes that arrive."""

import tomllib
from collections.abc import Iterator
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
    charset: str = "utf-8"

    def __str__(self) -> str:
        return f"{self.where}: {self.name}"


def table() -> Iterator[Vector]:
    """Read the vectors."""
    path = Path(__file__).parents[2] / "data" / "xss.toml"
    for row in tomllib.loads(path.read_text())["vector"]:
        before = row.pop("piece", "") * row.pop("times", 0)
        yield Vector(**row | {"value": before + row["value"]})


VECTORS = list(table())


def letter_with(*vectors: Vector) -> bytes:
    """Return the letter that carries these vectors; those of HTML, of text and of file names in a part of their own."""
    texts = [one for one in vectors if one.where in ("html", "text")] or [Vector("harmless", "text", "hello")]
    files = [one for one in vectors if one.where == "file-name"] or [Vector("harmless", "file-name", "x.pdf")]
    values = {"subject": "hello", "sender": "Anna"} | {vector.where: vector.value for vector in vectors}
    head = (
        f"From: {Header(values['sender'], 'utf-8').encode()} <thief@evil.test>\r\n"
        f"Subject: {Header(values['subject'], 'utf-8').encode()}\r\n"
    )
    body = mixed(*map(words_of, texts), *map(file_of, files))
    return head.encode() + body.replace(b"From: a@b.test\r\n", b"").replace(b"Subject: x\r\n", b"")


def words_of(vector: Vector) -> bytes:
    """Return the part that shows a vector."""
    words = "html" if vector.where == "html" else "plain"
    return f"Content-Type: text/{words}; charset={vector.charset}\r\n\r\n{vector.value}".encode()


def file_of(vector: Vector) -> bytes:
    """Return the file a vector names."""
    name = quote(vector.value, safe="")
    return (
        f"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''{name}\r\n\r\n%PDF"
    ).encode()
