"""A connection that `Network` opened, for a library that blocks; every wait has a limit, every answer a ceiling."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Self

from webapp.net.blocking_channel import BlockingChannel
from webapp.net.problems import ProblemKind, Trouble
from webapp.net.stream import ANSWER_LIMIT, LINE_LIMIT, PIECE, LineStream

ANSWER_LIMIT_S = 30.0
SLOWEST = 16 * 1024  # bytes a second a long answer must keep up with: a drip ends within 30 s, a letter takes its time
FAREWELL_LIMIT_S = 1.0


class BlockingSocket:
    """One connection, as `imaplib`, `poplib` and `smtplib` want a socket and the file they make of it.

    For one thread; `close` may come from any other and ends a wait at once.
    Whatever goes wrong is a `Trouble`, never an OSError, and closes the
    connection; so does the end of the conversation.
    """

    def __init__(self, stream: LineStream, *, timeout_s: float) -> None:
        self.host = stream.host
        self.port = stream.port
        self.timeout_s = timeout_s
        self.answer_limit = ANSWER_LIMIT  # bytes that may come between two writes of ours
        self.answer_limit_s = ANSWER_LIMIT_S
        self.on_close: Callable[[BlockingSocket], None] = _ignore
        given = stream.hand_over()
        self._channel = BlockingChannel(given, stream.host, stream.port)
        self._buffer = bytearray(given.received)
        self._answered = 0
        self._asked_at = time.monotonic()

    @property
    def closed(self) -> bool:
        """Tell whether the connection is over."""
        return self._channel.closed

    def foretell(self, line: bytes) -> None:
        """Let the reader hear a line that the server has not said: a greeting in place of the one that was heard."""
        self._buffer[:0] = line

    def readline(self, limit: int = LINE_LIMIT) -> bytes:
        """Return the next line with its line end; one longer than the limit is a trouble."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched, limit)) < 0:
            searched = len(self._buffer)
            if searched >= limit:
                raise self._end(ProblemKind.LINE_TOO_LONG)
            self._fill()
        return self._take(end + 1)

    def read(self, size: int) -> bytes:
        """Return exactly so many bytes."""
        if size > self.answer_limit:
            raise self._end(ProblemKind.ANSWER_TOO_LONG)
        whole = BytesIO()  # hands over what it holds without a copy: letters are large
        while (lacking := size - whole.tell()) > 0:
            if not self._buffer:
                self._fill()
            whole.write(self._take(min(lacking, len(self._buffer))))
        return whole.getvalue()

    def sendall(self, data: bytes) -> None:
        """Send bytes; a server that takes none for `timeout_s` counts as silent."""
        for start in range(0, len(data), PIECE):
            with self._closing():
                self._channel.send(memoryview(data)[start : start + PIECE], self.timeout_s)
        self.listen()

    def listen(self) -> None:
        """Begin to wait for an answer: its time and its size count from here.

        Sending does so too; this is for what was asked long ago, while something else was done.
        """
        self._answered = 0
        self._asked_at = time.monotonic()

    def makefile(self, mode: str = "rb") -> Self:
        """Return what lines are read from: this very connection."""
        return self

    def settimeout(self, timeout_s: float | None) -> None:
        """Limit each later wait; there is always a limit."""
        if timeout_s is not None:
            self.timeout_s = timeout_s

    def shutdown(self, how: int) -> None:
        """Close: half a connection is of no use."""
        self.close()

    def close(self) -> None:
        """Close at once; safe to call twice."""
        if self._channel.close():
            self.on_close(self)

    def part(self, farewell: bytes) -> None:
        """Say goodbye and close; nobody waits for the answer, and nothing depends on it."""
        self.timeout_s = min(self.timeout_s, FAREWELL_LIMIT_S)
        with suppress(Trouble):
            self.sendall(farewell)
        self.close()

    @contextmanager
    def patient(self, limit_s: float) -> Iterator[None]:
        """Wait longer than usual meanwhile."""
        usual = self.timeout_s, self.answer_limit_s
        self.timeout_s = self.answer_limit_s = limit_s
        try:
            yield
        finally:
            self.timeout_s, self.answer_limit_s = usual

    def trouble(self, kind: ProblemKind) -> Trouble:
        """Return a trouble of this connection."""
        return self._channel.trouble(kind)

    def _fill(self) -> None:
        left_s = self._asked_at + self.answer_limit_s + self._answered / SLOWEST - time.monotonic()
        with self._closing():
            data = self._channel.receive(min(self.timeout_s, left_s))
        if not data:
            raise self._end(ProblemKind.CONNECTION_LOST)
        self._answered += len(data)
        if self._answered > self.answer_limit:
            raise self._end(ProblemKind.ANSWER_TOO_LONG)
        self._buffer += data

    @contextmanager
    def _closing(self) -> Iterator[None]:
        """Let whoever keeps this connection know when an operation has ended it."""
        try:
            yield
        except BaseException:
            self.on_close(self)
            raise

    def _take(self, size: int) -> bytes:
        with memoryview(self._buffer) as view:
            taken = bytes(view[:size])
        del self._buffer[:size]
        return taken

    def _end(self, kind: ProblemKind) -> Trouble:
        self.close()
        return self.trouble(kind)


def _ignore(closed: BlockingSocket) -> None:
    """Do nothing about a connection that has closed."""
