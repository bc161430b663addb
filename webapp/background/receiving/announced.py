"""What a server says of a letter before it is loaded: its size, its flags, when it came. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from webapp.storage.letters import Flags

ITEMS = ("UID", "RFC822.SIZE", "FLAGS", "INTERNALDATE")
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Announced:
    """One letter in the open folder; `received_at` None: the server gives no time one could understand."""

    uid: int
    size: int
    received_at: datetime | None
    flags: Flags


def announced(uid: int, said: Mapping[bytes, Any]) -> Announced:
    """Read one answer to `ITEMS`."""
    size = said.get(b"RFC822.SIZE")
    at = said.get(b"INTERNALDATE")
    return Announced(
        uid=uid,
        size=size if isinstance(size, int) and 0 <= size < 2**31 else 0,
        received_at=in_utc(at) if isinstance(at, datetime) else None,
        flags=flags_of(said),
    )


def flags_of(said: Mapping[bytes, Any]) -> Flags:
    """Read the flags of one letter; those we know nothing of are left out."""
    flags = said.get(b"FLAGS")
    marks = {mark.lower() for mark in flags if isinstance(mark, bytes)} if isinstance(flags, tuple) else set()
    return Flags(seen=rb"\seen" in marks, answered=rb"\answered" in marks, flagged=rb"\flagged" in marks)


def in_utc(moment: datetime) -> datetime | None:
    """Return a moment in UTC; one without a zone is taken for UTC, one before mail began for none at all."""
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):  # the year 1, east of Greenwich
        return None
    return moment if moment >= EARLIEST else None
