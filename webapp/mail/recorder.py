"""Turns what goes over a connection into lines of a transcript: one utterance a line, fit to be kept and shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from webapp.mail.confidence import invites, shown_answer, shown_command
from webapp.mail.scrub import MASK, Scrubber
from webapp.mail.transcript import Hear, Speaker, hear_nothing
from webapp.net.stream import LINE_LIMIT

LONGEST_SAID = 200
MOST_LINES = 4  # of one write; only a literal has more


class Recorder:
    """Listens to a stream and tells `hear`; while `confidential` only what cannot help anybody to log in."""

    def __init__(self, scrubber: Scrubber, confidential: Callable[[], bool]) -> None:
        self.hear: Hear = hear_nothing
        self._scrubber = scrubber
        self._confidential = confidential
        self._invited = False  # the server waits for more of what we were saying
        self._aside = False

    def sent(self, data: bytes) -> None:
        """Hear one write of ours."""
        if self._aside:
            return
        if self._confidential():
            self._tell(Speaker.US, MASK if self._invited else shown_command(data))
            return
        lines = data.splitlines()
        for line in lines[:MOST_LINES]:
            self._tell(Speaker.US, line)
        if len(lines) > MOST_LINES:
            self.note(f"omitted={len(lines) - MOST_LINES}")

    def received(self, data: bytes) -> None:
        """Hear one line of the server, or one literal."""
        if self._aside:
            return
        self._invited = invites(data)
        if b"\n" in data or len(data) > LINE_LIMIT:
            self.note(f"literal={len(data)}")
        else:
            self._tell(Speaker.SERVER, shown_answer(data) if self._confidential() else data)

    def note(self, words: str) -> None:
        """Tell what is not told word for word."""
        self.hear(Speaker.NOTE, words)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Tell nothing of what is said meanwhile: it is a letter, which is nobody's business."""
        self._aside = True
        try:
            yield
        finally:
            self._aside = False

    def _tell(self, speaker: Speaker, said: bytes | str) -> None:
        words = self._scrubber.words(said, LONGEST_SAID)
        if words is not None:
            self.hear(speaker, words)
