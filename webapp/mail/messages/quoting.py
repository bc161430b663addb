"""Begin an answer to a letter, or hand it on: subject, recipients, quoted text, signature. Pure; words are given."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from webapp.mail.messages.fields import LONGEST_SUBJECT, message_ids, one_line
from webapp.mail.messages.recipients import Mailbox, unique

ANSWERED = re.compile(r"(?:(?:re|aw|sv|antw|odp|отв|ответ|на)(?:\[\d{1,4}\])?\s*[:：]\s*)+", re.IGNORECASE)
HANDED_ON = re.compile(r"(?:(?:fwd?|wg|tr|пересл|пер|вл)(?:\[\d{1,4}\])?\s*[:：]\s*)+", re.IGNORECASE)
SIGNATURE_MARK = "-- "  # RFC 3676, 4.3
LONGEST_SIGNATURE = 30  # lines; what is longer is no signature
LONGEST_QUOTE = 100_000  # characters; who needs more forwards the letter


@dataclass(frozen=True)
class Original:
    """A letter as far as answering it goes; names and subject are decoded."""

    sender: Mailbox
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    subject: str
    sent_at: datetime | None
    message_id: str
    in_reply_to: str
    references: str
    text: str = field(repr=False)


def answer_subject(subject: str) -> str:
    """Return the subject of an answer: «Re:» once, whatever answers before it began with."""
    return _prefixed("Re", ANSWERED, subject)


def forward_subject(subject: str) -> str:
    """Return the subject of a letter that is handed on."""
    return _prefixed("Fwd", HANDED_ON, subject)


def thread_of(original: Original) -> tuple[str, str]:
    """Return In-Reply-To and References of an answer (RFC 5322, 3.6.4)."""
    parents = message_ids(original.references)
    if not parents:
        before = message_ids(original.in_reply_to)
        parents = before if len(before) == 1 else []
    mine = message_ids(original.message_id)[:1]
    return " ".join(mine), " ".join(dict.fromkeys([*(one for one in parents if one not in mine), *mine]))


def answer_to(original: Original, own: Collection[str]) -> tuple[Mailbox, ...]:
    """Return whom an answer goes to: where the sender wants answers, or on to whom one's own letter went."""
    sender = (original.sender,) if original.sender.address else ()
    if original.sender.key in _keys(own):
        return original.to or sender
    return original.reply_to or sender


def answer_to_all(
    original: Original, own: Collection[str], elsewhere: Collection[str] = ()
) -> tuple[tuple[Mailbox, ...], tuple[Mailbox, ...]]:
    """Return To and Cc of an answer to everybody who has the letter; own addresses are left out, also those elsewhere.

    `own` are the addresses the letter came to and is answered from.
    """
    first = answer_to(original, own)
    others = original.cc if original.sender.key in _keys(own) else (*original.to, *original.cc)
    mine = _keys((*own, *elsewhere))
    to = tuple(one for one in unique(first) if one.key not in mine) or unique(first)
    known = {one.key for one in to} | mine
    return to, tuple(one for one in unique(others) if one.key not in known)


def quoted(text: str) -> str:
    """Return a text with a mark before each line; its sender's signature is left out where nothing follows it."""
    lines = _without_signature(_lines(text[:LONGEST_QUOTE]))
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)


def answer_text(original: Original, attribution: str, signature: str) -> str:
    """Return what an answer begins with: room to write, the signature, the original below it."""
    return f"\n{_signed(signature)}\n{one_line(attribution)}\n{quoted(original.text)}\n"


def forward_text(original: Original, heading: str, lines: Collection[tuple[str, str]], signature: str) -> str:
    """Return what a letter handed on begins with: the original whole, below a heading and what its header says."""
    header = "\n".join(f"{one_line(name)}: {one_line(value)}" for name, value in lines if value)
    body = "\n".join(_lines(original.text[:LONGEST_QUOTE]))
    return f"\n{_signed(signature)}\n{one_line(heading)}\n{header}\n\n{body}\n"


def new_text(signature: str) -> str:
    """Return what a new letter begins with."""
    return f"\n{_signed(signature)}" if signature.strip() else ""


def with_signature(text: str, before: str, after: str) -> str:
    """Return a text with another account's signature in place of the one it has, unless somebody changed that."""
    if before == after:
        return text
    old, new = _signed(before), _signed(after)
    if old:
        return text.replace(old, new, 1)
    return f"{text.rstrip()}\n{new}" if new and f"\n{SIGNATURE_MARK}\n" not in text else text


def _prefixed(prefix: str, known: re.Pattern[str], subject: str) -> str:
    line = one_line(subject)
    found = known.match(line)
    rest = line[found.end() :] if found else line
    return f"{prefix}: {rest}".strip()[:LONGEST_SUBJECT]


def _signed(signature: str) -> str:
    """Return a signature below its mark, "" if there is none."""
    text = "\n".join(_lines(signature)).strip("\n")
    return f"\n{SIGNATURE_MARK}\n{text}\n" if text.strip() else ""


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


def _without_signature(lines: list[str]) -> list[str]:
    """Leave a signature out unless the letter goes on below it, as it does where people write above what they quote."""
    if SIGNATURE_MARK not in lines:
        return lines
    mark = len(lines) - 1 - lines[::-1].index(SIGNATURE_MARK)
    below = lines[mark:]
    if len(below) > LONGEST_SIGNATURE or any(line.startswith(">") for line in below):
        return lines
    return "\n".join(lines[:mark]).rstrip().split("\n")


def _keys(addresses: Collection[str]) -> set[str]:
    return {Mailbox("", address).key for address in addresses}
