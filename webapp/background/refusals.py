"""The refusal ledger of this process: answers from memory, is filled from and written to rows by the writer thread."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime

from webapp.detection.refusals import pause_end

Refusal = tuple[str, datetime]


class StoredRefusals:
    """A `RefusalLedger` that never waits for the database."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: list[Refusal] = []
        self._unwritten: list[Refusal] = []

    def paused_until(self, mailbox: str) -> datetime | None:
        """Return until when nobody may log in to this mailbox, or None."""
        with self._lock:
            refused_at = [moment for name, moment in [*self._known, *self._unwritten] if name == mailbox.casefold()]
        return pause_end(sorted(refused_at), self._clock())

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
