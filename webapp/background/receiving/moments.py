"""When a letter arrived, as far as its header tells: POP3 itself does not say. Pure."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from webapp.background.receiving.announced import in_utc
from webapp.mail.messages.header import Header, read_header
from webapp.mail.messages.reading import sent_at

AHEAD = timedelta(days=1)  # clocks differ, and so far that is all


def arrived_at(raw: bytes, now: datetime) -> datetime | None:
    """Return when the last server took a letter over, else when it claims to be sent; None if neither can be true."""
    header, _ = read_header(raw)
    for moment in (_received_at(header), sent_at(header)):
        at = in_utc(moment) if moment is not None else None
        if at is not None and at <= now + AHEAD:
            return min(at, now)
    return None


def _received_at(header: Header) -> datetime | None:
    """Return the time of the uppermost Received line: each server puts its own on top (RFC 5321, 4.4)."""
    claimed = header.first("received").rpartition(b";")[2].decode("ascii", "replace")
    try:
        return parsedate_to_datetime(claimed.strip()[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
