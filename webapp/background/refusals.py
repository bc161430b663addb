"""The refusal ledger of this process: answers from memory, is filled from rows and written to rows by its threads."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from webapp.detection.refusals import LoginPlaces, pause_end, room_at, young

Refusal = tuple[str, datetime]
Take = Callable[[Iterable[Refusal]], None]


class StoredRefusals:
    """A `RefusalLedger` that never waits for the database."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Counter[Refusal] = Counter()
        self._unwritten: list[Refusal] = []
        self._readings: list[Counter[Refusal]] = []  # what was written since each of them began
        self.places = LoginPlaces()

    def paused_until(self, mailbox: str) -> datetime | None:
        """Return until when nobody may log in to this mailbox, or None."""
        return pause_end(sorted(self._refused_at(mailbox)), self._clock())

    def refused_lately(self, mailbox: str) -> int:
        """Return how many refusals are young enough to count towards a pause."""
        return young(self._refused_at(mailbox), self._clock())

    def room_at(self, mailbox: str, count: int) -> datetime | None:
        """Return when fewer than so many refusals will count, or None if fewer do now."""
        return room_at(self._refused_at(mailbox), self._clock(), count)

    def note_refusal(self, mailbox: str) -> None:
        """Count one refused login, now."""
        with self._lock:
            self._unwritten.append((mailbox.casefold(), self._clock()))

    def remember(self, refusals: Iterable[Refusal]) -> None:
        """Keep refusals that could not be written until they can."""
        with self._lock:
            self._unwritten.extend(refusals)

    @contextmanager
    def reading(self) -> Iterator[Take]:
        """Yield what takes the rows, of all processes, as the truth; what is written while they are read is kept."""
        meanwhile: Counter[Refusal] = Counter()

        def take(rows: Iterable[Refusal]) -> None:
            with self._lock:
                self._known = Counter(rows) | meanwhile

        with self._lock:
            self._readings.append(meanwhile)
        try:
            yield take
        finally:
            with self._lock:
                self._readings = [one for one in self._readings if one is not meanwhile]

    def know(self, written: Iterable[Refusal]) -> None:
        """Count refusals that have just been written to rows."""
        with self._lock:
            self._learn(Counter(written))

    def unwritten(self) -> tuple[Refusal, ...]:
        """Return what no row holds yet."""
        with self._lock:
            return tuple(self._unwritten)

    def mark_written(self, written: tuple[Refusal, ...]) -> None:
        """Move refusals that rows hold now out of the unwritten ones."""
        with self._lock:
            self._unwritten = self._unwritten[len(written) :]
            self._learn(Counter(written))

    def _learn(self, written: Counter[Refusal]) -> None:
        for known in (self._known, *self._readings):
            known |= written

    def _refused_at(self, mailbox: str) -> list[datetime]:
        with self._lock:
            refusals = (*self._known.elements(), *self._unwritten)
        return [moment for name, moment in refusals if name == mailbox.casefold()]
