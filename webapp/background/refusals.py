"""The refusal ledger of this process: answers from memory, is filled from rows and written to rows by its threads."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from webapp.detection.refusals import LoginPlaces, pause_end, young
from webapp.storage.refusals import MEMORY

Refusal = tuple[str, datetime]


class StoredRefusals:
    """A `RefusalLedger` that never waits for the database."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Counter[Refusal] = Counter()
        self._unwritten: list[Refusal] = []
        self.places = LoginPlaces()

    def paused_until(self, mailbox: str) -> datetime | None:
        """Return until when nobody may log in to this mailbox, or None."""
        return pause_end(sorted(self._refused_at(mailbox)), self._clock())

    def refused_lately(self, mailbox: str) -> int:
        """Return how many refusals are young enough to count towards a pause."""
        return young(self._refused_at(mailbox), self._clock())

    def note_refusal(self, mailbox: str) -> None:
        """Count one refused login, now."""
        with self._lock:
            self._unwritten.append((mailbox.casefold(), self._clock()))

    def remember(self, refusals: Iterable[Refusal]) -> None:
        """Keep refusals that could not be written until they can."""
        with self._lock:
            self._unwritten.extend(refusals)

    def load(self, rows: Iterable[Refusal]) -> None:
        """Take over what the rows say, of all processes; what another thread has just written is not forgotten."""
        forgotten_at = self._clock() - MEMORY
        with self._lock:
            kept = Counter({one: count for one, count in self._known.items() if one[1] > forgotten_at})
            self._known = kept | Counter(rows)  # whichever knows more of them

    def unwritten(self) -> tuple[Refusal, ...]:
        """Return what no row holds yet."""
        with self._lock:
            return tuple(self._unwritten)

    def mark_written(self, written: tuple[Refusal, ...]) -> None:
        """Move refusals that rows hold now out of the unwritten ones."""
        with self._lock:
            self._unwritten = self._unwritten[len(written) :]
            self._known |= Counter(written)

    def _refused_at(self, mailbox: str) -> list[datetime]:
        with self._lock:
            refusals = (*self._known.elements(), *self._unwritten)
        return [moment for name, moment in refusals if name == mailbox.casefold()]
