"""One letter as it came from a server, and the row it becomes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from webapp.mail.messages.facts import LetterFacts
from webapp.storage.letter_search import fitting
from webapp.storage.models import Folder

LONGEST = {
    "message_id": 500,
    "in_reply_to": 500,
    "references": 8000,
    "sender_name": 320,
    "sender_address": 320,
    "recipients": 8000,
    "subject": 1000,
    "snippet": 300,
}


@dataclass(frozen=True)
class Flags:
    """What the server says of a letter."""

    seen: bool = False
    answered: bool = False
    flagged: bool = False


@dataclass(frozen=True)
class Arrived:
    """One letter as it came; `raw` None: it is too big, only its header was loaded, of which `facts` tell.

    IMAP knows a letter by `uid`, POP3 by `uidl` (a key of `uidls`); one with neither is a copy of our own.
    """

    size: int
    received_at: datetime
    facts: LetterFacts
    raw: bytes | None = field(repr=False)
    uid: int | None = None
    uidl: str | None = None
    flags: Flags = Flags()

    @property
    def message_id(self) -> str:
        """Return the Message-ID as it is stored."""
        return fitting(self.facts.message_id, LONGEST["message_id"])


def columns_of(folder: Folder, arrived: Arrived, sha256: str | None) -> dict[str, Any]:
    """Return the row of a letter that arrived."""
    facts = arrived.facts
    texts = {name: fitting(getattr(facts, name), longest) for name, longest in LONGEST.items()}
    return texts | {
        "account_id": folder.account_id,
        "folder_id": folder.id,
        "uid": arrived.uid,
        "uidl": arrived.uidl,
        "sha256": sha256,
        "size": arrived.size,
        "sent_at": facts.sent_at,
        "received_at": arrived.received_at,
        "attachments": facts.attachments,
        "seen": arrived.flags.seen,
        "answered": arrived.flags.answered,
        "flagged": arrived.flags.flagged,
    }
