"""The refusal ledger of this process: answers from memory, is filled from and written to rows by the writer thread."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime

from webapp.detection.refusals import LoginPlaces, pause_end, young

Refusal = tuple[str, datetime]


class StoredRefusals:
    """A `RefusalLedger` that never waits for the database."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: list[Refusal] = []
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

    def load(self, rows: Iterable[Refusal]) -> None:
        """Take what the rows say, of all processes, as the truth."""
        with self._lock:
            self._known = list(rows)

    def unwritten(self) -> tuple[Refusal, ...]:
        """Return what no row holds yet."""
        with self._lock:
            return tuple(self._unwritten)

    def mark_written(self, written: tuple[Refusal, ...]) -> None:
        """Move refusals that rows hold now out of the unwritten ones."""
        with self._lock:
            self._unwritten = self._unwritten[len(written) :]
            self._known.extend(written)

    def _refused_at(self, mailbox: str) -> list[datetime]:
        with self._lock:
            return [moment for name, moment in [*self._known, *self._unwritten] if name == mailbox.casefold()]
