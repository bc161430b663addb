"""Letters come in by POP3, one after the other; a portion of them is stored in one short transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from webapp.background.receiving.errand import Errand
from webapp.background.receiving.intake import Intake
from webapp.background.receiving.maildrop import Maildrop, is_temporary
from webapp.background.receiving.moments import arrived_at
from webapp.background.receiving.portions import LARGEST_LETTER, MOST_BYTES, MOST_LETTERS
from webapp.background.receiving.recognising import Recognised
from webapp.background.receiving.room import Share
from webapp.background.receiving.suspects import Suspects, Way
from webapp.background.work import Work
from webapp.mail.messages.reading import facts_of, is_trial
from webapp.net.problems import Trouble
from webapp.storage.letters import Arrived

Answer = TypeVar("Answer")


@dataclass
class Pop3Loading:
    """Brings new letters of one session into the inbox."""

    work: Work
    errand: Errand
    maildrop: Maildrop
    suspects: Suspects
    intake: Intake
    _arrived: list[Arrived] = field(default_factory=list, init=False)
    _left_out: list[str] = field(default_factory=list, init=False)
    _done: int = field(default=0, init=False)
    _size: int = field(default=0, init=False)

    def load(self, letters: Sequence[Recognised]) -> None:
        """Load letters in this order; what came before a trouble is stored all the same."""
        self.intake.expect(len(letters))
        with Share(self.work.go_on) as share:
            try:
                for letter in sorted(letters, key=lambda letter: self.suspects.breaks(letter.key)):
                    self._make_room(share, letter.offered.size)
                    self._load(letter)
                    self._done += 1
            except Trouble:
                self._store()
                raise
            self._store()

    def _make_room(self, share: Share, size: int) -> None:
        """Store what has come if it is enough for one transaction, or if there is no room for more."""
        full = self._done >= MOST_LETTERS or self._size >= MOST_BYTES
        if full or not share.grow(size):
            self._store()
            share.exchange(size)

    def _load(self, letter: Recognised) -> None:
        way = self.suspects.way(letter.key)
        if way is Way.LATER:
            return
        if letter.offered.size > LARGEST_LETTER:
            way = max(way, Way.HEADER)
        header = self._header(letter, way)
        if header is not None and self._stays_out(header):
            self._left_out.append(letter.key)
            return
        raw: bytes | None = None
        if way < Way.HEADER:
            try:
                raw = self._watched(letter, self.maildrop.letter)
            except Trouble as trouble:
                if not self.maildrop.refused(trouble):
                    raise
                if is_temporary(trouble):
                    return  # it is asked for again the next time
                header = header or self._header(letter, Way.HEADER)
        if raw is not None and header is None and self._stays_out(raw):
            self._left_out.append(letter.key)
            return
        self._take(letter, raw, header or b"")

    def _header(self, letter: Recognised, way: Way) -> bytes | None:
        """Return a letter's header where that tells whether to load it, or is all that will be loaded."""
        needed = way is Way.HEADER or (way < Way.HEADER and self.errand.since is not None)
        return self._watched(letter, self.maildrop.header) if needed else None

    def _watched(self, letter: Recognised, ask: Callable[[int], Answer]) -> Answer:
        try:
            answer = ask(letter.offered.number)
        except Trouble as trouble:
            if not self.maildrop.refused(trouble):
                self.suspects.blame([(letter.key, letter.offered.size)], trouble)
            raise
        self.suspects.acquit()
        return answer

    def _stays_out(self, raw: bytes) -> bool:
        """Tell whether a letter is from before the account's start, or one of our own trials."""
        since, at = self.errand.since, arrived_at(raw, self.work.clock())
        return is_trial(raw) or (since is not None and at is not None and at < since)

    def _take(self, letter: Recognised, raw: bytes | None, header: bytes) -> None:
        now, words = self.work.clock(), header if raw is None else raw
        arrived = Arrived(
            # The server's own number where it gives one: by that it is recognised (`recognising`).
            size=letter.offered.size or len(words),
            received_at=arrived_at(words, now) or now,
            facts=facts_of(words),
            raw=raw,
            uidl=letter.key,
        )
        self._arrived.append(arrived)
        self._size += len(words)

    def _store(self) -> None:
        if self._done:
            self.intake.keep(self._arrived, done=self._done, left_out=self._left_out)
        self._arrived, self._left_out = [], []
        self._done = self._size = 0
