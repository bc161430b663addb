"""Replies that real servers gave (`tests/data/replies.toml`), as what a script says."""

import tomllib
from functools import cache
from typing import Any

from tests.mail.test_causes import CORPUS
from webapp.mail.settings import Protocol
from webapp.net.cause import Cause


@cache
def corpus() -> list[dict[str, Any]]:
    """Return all replies, read once."""
    replies: list[dict[str, Any]] = tomllib.loads(CORPUS.read_text(encoding="utf-8"))["reply"]
    return replies


def real(who: str, cause: Cause, protocol: Protocol = Protocol.SMTP, step: str = "", begins: str = "") -> bytes:
    """Return the first reply of a provider or a program that means this; IMAP's answers take the client's tag."""
    found = next(
        reply["text"]
        for reply in corpus()
        if who in (reply.get("provider"), reply.get("software"))
        and (reply["class"], reply["protocol"]) == (cause, protocol)
        and step in ("", reply["step"])
        and reply["text"].startswith(begins)
    )
    lines = found.split("\n")
    if protocol is Protocol.IMAP:
        lines = [line if line.startswith("* ") else "{tag} " + line.partition(" ")[2] for line in lines]
    return "".join(f"{line}\r\n" for line in lines).encode()
