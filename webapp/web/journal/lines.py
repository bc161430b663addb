"""Lines of the journal in words, and what the address of its page asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from webapp.storage.journal import JournalQuery
from webapp.storage.models import Action, JournalEntry
from webapp.web.moments import midnight
from webapp.web.wording.journal import action_words, actor, detail_words

LONGEST_SEARCH = 200
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(9999, 12, 30)


@dataclass(frozen=True)
class Line:
    """One line as the page and the table to take away show it."""

    at: datetime
    who: str
    action: str
    subject: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """What the filter holds, as typed; what cannot be read narrows nothing."""

    q: str = ""
    action: Action | None = None
    user_id: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def narrowed(self) -> bool:
        """Tell whether anything is left out."""
        return self != Asked()

    def address(self) -> dict[str, Any]:
        """Return the filter as parts of an address."""
        parts = {
            "q": self.q,
            "action": self.action,
            "who": self.user_id,
            "since": self.since,
            "until": self.until,
        }
        return {name: str(part) for name, part in parts.items() if part}

    def query(self, page: int = 1) -> JournalQuery:
        """Return the part of the journal that is meant; days are the office's, both ends count in."""
        since = midnight(self.since) if self.since else None
        until = midnight(self.until + timedelta(days=1)) if self.until else None
        return JournalQuery(self.q, self.action, self.user_id, since, until, page)


def line_of(entry: JournalEntry) -> Line:
    """Put one line into words."""
    return Line(entry.at, actor(entry), action_words(entry.action), entry.subject, detail_words(entry))


def asked(typed: Mapping[str, str]) -> Asked:
    """Read the filter from an address."""
    number = typed.get("who", "")
    return Asked(
        q=typed.get("q", "").strip()[:LONGEST_SEARCH],
        action=next((action for action in Action if action == typed.get("action")), None),
        user_id=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
        since=day(typed.get("since", "")),
        until=day(typed.get("until", "")),
    )


def day(typed: str) -> date | None:
    """Read a day as date boxes send it."""
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return min(max(found, FIRST_DAY), LAST_DAY)
