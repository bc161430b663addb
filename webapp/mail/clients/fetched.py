"""Answers to FETCH read at one look where they are as usual: the library's parser takes letters sign by sign. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

Fetched = dict[int, dict[bytes, Any]]

ITEM = rb'UID \d{1,10}|RFC822\.SIZE \d{1,10}|FLAGS \([^()"{}\[\]]*\)|INTERNALDATE "[^"]{20,26}"|MODSEQ \(\d{1,19}\)'
LINE = re.compile(rb"\d{1,10} \((%s)(?: (?:%s))*\)" % (ITEM, ITEM))
ITEMS = re.compile(rb'(UID|RFC822\.SIZE|FLAGS|INTERNALDATE) (?:(\d+)|\(([^()]*)\)|"([^"]*)")')
BEFORE = re.compile(rb"\d{1,10} \((?:UID (\d{1,10}) )?(BODY\[(?:HEADER)?\]) \{\d+\}")
AFTER = re.compile(rb"(?: UID (\d{1,10}))?\)")
MOMENT = re.compile(rb"([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
MONTHS = {name: number for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}


def fetched(answers: Sequence[Any]) -> Fetched | None:
    """Return what was told of each letter, by UID; None where an answer is out of the usual.

    `answers` are `imaplib`'s: lines, and pairs of a line and the literal that follows it.
    """
    found: Fetched = {}
    pending: tuple[bytes | None, bytes, bytes] | None = None
    for answer in answers:
        if pending is not None:
            if not isinstance(answer, bytes) or not (after := AFTER.fullmatch(answer)):
                return None
            before, item, literal = pending
            uid, pending = before or after[1], None
            if uid is None:
                return None
            found.setdefault(int(uid), {}).update({b"UID": int(uid), item: literal})
        elif isinstance(answer, bytes) and LINE.fullmatch(answer):
            facts = _facts(answer)
            if b"UID" in facts:
                found.setdefault(facts[b"UID"], {}).update(facts)
        elif isinstance(answer, tuple) and (begin := BEFORE.fullmatch(answer[0])):
            pending = begin[1], begin[2], answer[1]
        else:
            return None
    return found if pending is None else None


def _facts(line: bytes) -> dict[bytes, Any]:
    facts: dict[bytes, Any] = {}
    for name, digits, words, quoted in ITEMS.findall(line):
        if name == b"FLAGS":
            facts[name] = tuple(words.split())
        elif name == b"INTERNALDATE":
            facts[name] = _moment(quoted)
        elif digits:
            facts[name] = int(digits)
    return facts


def _moment(quoted: bytes) -> datetime | None:
    parts = MOMENT.fullmatch(quoted)
    if parts is None:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = parts.groups()
    try:
        zone = _zone(sign == b"-", int(hours), int(minutes))
        return datetime(int(year), MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=zone)
    except (ValueError, KeyError):
        return None


@cache
def _zone(west: bool, hours: int, minutes: int) -> timezone:
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if west else ahead)
