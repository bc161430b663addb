"""A connection that `Network` opened, for a library that blocks; every wait has a limit, every answer a ceiling."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self

from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.net.sockets import acknowledge_at_once
from webapp.net.stream import LINE_LIMIT, PIECE, LineStream

READ_SIZE = 64 * 1024
TLS_RECORD = 16 * 1024  # a read never returns more than one record (RFC 8446, 5.1)
ANSWER_LIMIT = 1024 * 1024
ANSWER_LIMIT_S = 30.0
FAREWELL_LIMIT_S = 1.0
SLOWEST = 16 * 1024  # bytes a second a long answer must keep up: 64 MiB are over within 70 minutes, a drip within 30 s


class BlockingSocket:
    """One connection, for one thread; `close` may come from any other and ends a wait at once.

    It has what `imaplib`, `poplib` and `smtplib` ask of a socket and of the file
    they make of it. Whatever goes wrong is a `Trouble`, never an OSError, and
    closes the connection; so is the end of the conversation.
    """

    def __init__(self, stream: LineStream, *, timeout_s: float) -> None:
        self.host = stream.host
        self.port = stream.port
        self.timeout_s = timeout_s
        self.answer_limit = ANSWER_LIMIT  # bytes that may come between two writes of ours
        self.answer_limit_s = ANSWER_LIMIT_S
        self.on_close: Callable[[BlockingSocket], None] = _ignore
        handed_over = stream.hand_over()
        self._socket = handed_over.connected
        self._tls = handed_over.tls
        self._from_peer = handed_over.from_peer
        self._to_peer = handed_over.to_peer
        self._release = handed_over.release
        self._buffer = bytearray(handed_over.received)
        self._lock = threading.Lock()
        self._closed = False
        self._busy = False
        self._answered = 0
        self._began = time.monotonic()

    @property
    def closed(self) -> bool:
        """Tell whether the connection is over."""
        return self._closed

    def foretell(self, line: bytes) -> None:
        """Let the reader hear a line that the server has not said: its greeting, which was heard before."""
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
        while len(self._buffer) < size:
            self._fill()
        return self._take(size)

    def sendall(self, data: bytes) -> None:
        """Send bytes; a server that takes none for `timeout_s` counts as silent."""
        view = memoryview(data)
        for start in range(0, len(data), PIECE):
            with self._operation():
                self._send(view[start : start + PIECE])
        self._answered = 0
        self._began = time.monotonic()

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
        """Close at once, also while the owner waits in another thread; safe to call twice."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            busy = self._busy
            if busy:  # the owner is waiting: wake it, it releases the socket on its way out
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
        if not busy:
            self._say_goodbye()
            self._release(self._socket)
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
        return Trouble(Problem(kind, host=self.host, port=self.port))

    def _end(self, kind: ProblemKind) -> Trouble:
        self.close()
        return self.trouble(kind)

    @contextmanager
    def _operation(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise self.trouble(ProblemKind.CONNECTION_LOST)
            self._busy = True
        try:
            yield
        except OSError as error:
            raise self._end(kind_of_failure(error)) from None
        except BaseException:
            self.close()
            raise
        finally:
            with self._lock:
                self._busy = False
                over = self._closed
            if over:
                self._release(self._socket)

    def _fill(self) -> None:
        with self._operation():
            data = self._receive()
        if not data:
            raise self._end(ProblemKind.CONNECTION_LOST)
        self._answered += len(data)
        if self._answered > self.answer_limit:
            raise self._end(ProblemKind.ANSWER_TOO_LONG)
        self._buffer += data

    def _receive(self) -> bytes:
        if self._tls is None:
            return self._pull()
        while True:
            try:
                return self._tls.read(TLS_RECORD)
            except ssl.SSLWantReadError:
                self._flush()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""
            data = self._pull()
            if data:
                self._from_peer.write(data)
            else:
                self._from_peer.write_eof()

    def _pull(self) -> bytes:
        allowed_s = self.answer_limit_s + self._answered / SLOWEST
        left_s = self._began + allowed_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._socket.settimeout(min(self.timeout_s, left_s))
        acknowledge_at_once(self._socket)
        return self._socket.recv(READ_SIZE)

    def _send(self, piece: memoryview) -> None:
        self._socket.settimeout(self.timeout_s)
        if self._tls is None:
            self._socket.sendall(piece)
        else:
            self._tls.write(piece)
            self._flush()

    def _flush(self) -> None:
        if self._to_peer.pending:
            self._socket.settimeout(self.timeout_s)
            self._socket.sendall(self._to_peer.read())

    def _take(self, size: int) -> bytes:
        with memoryview(self._buffer) as view:
            taken = bytes(view[:size])
        del self._buffer[:size]
        return taken

    def _say_goodbye(self) -> None:
        """Send TLS's close_notify if the socket takes it at once; nobody waits for the answer."""
        if self._tls is not None:
            with suppress(OSError):
                self._socket.setblocking(False)
                try:
                    self._tls.unwrap()
                finally:
                    self._socket.send(self._to_peer.read())


def kind_of_failure(error: OSError) -> ProblemKind:
    """Tell what an error of the network means, once a connection stands."""
    if isinstance(error, TimeoutError):
        return ProblemKind.SILENT
    return ProblemKind.TLS_FAILED if isinstance(error, ssl.SSLError) else ProblemKind.CONNECTION_LOST


def _ignore(closed: BlockingSocket) -> None:
    """Do nothing about a connection that has closed."""
