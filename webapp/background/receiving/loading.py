"""Letters of one folder come in: asked for in portions, each stored in one short transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.background.receiving.announced import ITEMS, Announced, announced
from webapp.background.receiving.at_hand import AtHand
from webapp.background.receiving.errand import Errand
from webapp.background.receiving.intake import Intake
from webapp.background.receiving.known_folder import KnownFolder
from webapp.background.receiving.mailbox import Mailbox
from webapp.background.receiving.portions import LARGEST_LETTER, Portion, portions
from webapp.background.receiving.reading import Loaded, read
from webapp.background.receiving.room import Share
from webapp.background.receiving.suspects import Suspects, Way
from webapp.net.problems import Trouble

WINDOW = 1000  # letters whose sizes and flags are asked for at once
WHOLE, HEADER = "BODY.PEEK[]", "BODY.PEEK[HEADER]"  # PEEK: nothing gets marked as read
KEYS = {WHOLE: b"BODY[]", HEADER: b"BODY[HEADER]"}


@dataclass
class Loading:
    """Brings the letters of the folder that is open into the database."""

    errand: Errand
    mailbox: Mailbox
    folder: KnownFolder
    suspects: Suspects
    at_hand: AtHand
    intake: Intake
    _here: dict[int, str] = field(default_factory=dict, init=False)

    def load(self, uids: Sequence[int]) -> None:
        """Load letters in this order. While a portion is stored, the server prepares the next."""
        self.intake.expect(len(uids))
        uids = sorted(uids, key=lambda uid: self.suspects.breaks((self.folder.id, uid)))
        loaded: list[tuple[Portion, dict[int, Loaded]]] = []
        with Share(self.mailbox.work.go_on) as share:
            for portion in portions(self._announced(uids), self._way):
                asked = self._ask(portion)
                self._keep(loaded)
                share.exchange(portion.size)
                loaded.append((portion, self._hear(portion, asked)))
            self._keep(loaded)

    def _announced(self, uids: Sequence[int]) -> Iterator[Announced]:
        """Ask what there is; letters from before the account's start stay out, those that vanished too."""
        for start in range(0, len(uids), WINDOW):
            window = uids[start : start + WINDOW]
            said = self._said(window)
            letters = [announced(uid, said[uid]) for uid in window if uid in said]
            wanted = [letter for letter in letters if self._in_time(letter)]
            self.intake.pass_over(len(window) - len(wanted))
            self._here |= self.at_hand.among(self.mailbox, wanted)
            yield from wanted

    def _said(self, uids: Sequence[int]) -> dict[int, dict[bytes, Any]]:
        """Return what the server says of letters; of one it refuses to speak of, nothing."""
        try:
            return self.mailbox.fetch(uids, *ITEMS)
        except Trouble as trouble:
            if not self.mailbox.refused(trouble):
                raise
        if len(uids) == 1:
            return {uids[0]: {}}
        half = len(uids) // 2
        return self._said(uids[:half]) | self._said(uids[half:])

    def _in_time(self, letter: Announced) -> bool:
        since, at = self.errand.since, letter.received_at
        return since is None or at is None or at >= since

    def _way(self, letter: Announced) -> Way:
        if letter.uid in self._here:
            return Way.FROM_HERE
        way = self.suspects.way((self.folder.id, letter.uid))
        return Way.HEADER if letter.size > LARGEST_LETTER and way < Way.HEADER else way

    def _ask(self, portion: Portion) -> bytes | None:
        item = _item(portion.way)
        return self.mailbox.ask([letter.uid for letter in portion.letters], item) if item else None

    def _hear(self, portion: Portion, asked: bytes | None) -> dict[int, Loaded]:
        """Return what came; a letter that vanished meanwhile is not among it."""
        item = _item(portion.way)
        if asked is None or item is None:
            return self._unasked(portion)
        try:
            said = self.mailbox.hear(asked)
        except Trouble as trouble:
            if self.mailbox.refused(trouble):
                return self._by_less(portion)
            on_their_way = [((self.folder.id, letter.uid), letter.size) for letter in portion.letters]
            self.suspects.blame(on_their_way, trouble)
            raise
        self.suspects.acquit()
        loaded: dict[int, Loaded] = {}
        for letter in portion.letters:
            raw = said.get(letter.uid, {}).get(KEYS[item])
            if isinstance(raw, bytes):
                loaded[letter.uid] = Loaded(raw, whole=item is WHOLE)
            elif letter.uid in said:  # NIL: as good as a refusal
                loaded |= self._by_less(Portion((letter,), portion.way))
        return loaded

    def _by_less(self, portion: Portion) -> dict[int, Loaded]:
        """Ask for less after a refusal: for each letter alone, then for its header, then for nothing."""
        alone = len(portion.letters) == 1
        way = Way(portion.way + 1) if alone else max(portion.way, Way.ALONE)
        loaded: dict[int, Loaded] = {}
        for letter in portion.letters:
            less = Portion((letter,), way)
            loaded |= self._hear(less, self._ask(less))
        return loaded

    def _unasked(self, portion: Portion) -> dict[int, Loaded]:
        loaded: dict[int, Loaded] = {}
        for letter in portion.letters if portion.way is not Way.LATER else ():
            raw = self.at_hand.bytes_of(self._here[letter.uid]) if portion.way is Way.FROM_HERE else None
            if raw == b"":  # swept away since: nobody else had it
                alone = Portion((letter,), Way.ALONE)
                loaded |= self._hear(alone, self._ask(alone))
            else:
                loaded[letter.uid] = Loaded(raw or b"", whole=raw is not None)
        return loaded

    def _keep(self, loaded: list[tuple[Portion, dict[int, Loaded]]]) -> None:
        while loaded:
            portion, letters = loaded.pop()
            arrived = read(self.mailbox.work, portion.letters, letters)
            self.intake.keep(arrived, done=len(portion.letters))


def _item(way: Way) -> str | None:
    return {Way.WITH_OTHERS: WHOLE, Way.ALONE: WHOLE, Way.HEADER: HEADER}.get(way)
