"""Bytes to and from one connection, for a thread that waits; errors of the network become `Trouble` here.

The twin of `webapp.net.channel`, which opens every connection and hands it over.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from webapp.net.channel import HandedOver
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.net.sockets import acknowledge_at_once

READ_SIZE = 64 * 1024
TLS_RECORD = 16 * 1024  # a read never returns more than one record (RFC 8446, 5.1)


class BlockingChannel:
    """One TCP connection in the hands of one thread; `close` may come from any other and ends a wait at once.

    Whatever interrupts an operation closes the channel: half a read is worth nothing.
    """

    def __init__(self, given: HandedOver, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._given = given
        self._lock = threading.Lock()
        self._closed = False
        self._busy = False

    @property
    def closed(self) -> bool:
        """Tell whether the connection is over."""
        return self._closed

    def receive(self, limit_s: float) -> bytes:
        """Return what came, nothing at the end of the conversation; under TLS the limit is for a whole record."""
        until = time.monotonic() + limit_s
        with self._operation():
            if self._given.tls is None:
                return self._pull(until)
            while True:
                try:
                    return self._given.tls.read(TLS_RECORD)
                except ssl.SSLWantReadError:
                    self._flush(limit_s)
                except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                    return b""
                self._feed(self._pull(until))

    def send(self, data: memoryview, limit_s: float) -> None:
        """Send all the bytes."""
        with self._operation():
            if self._given.tls is None:
                self._given.connected.settimeout(limit_s)
                self._given.connected.sendall(data)
            else:
                self._given.tls.write(data)
                self._flush(limit_s)

    def close(self) -> bool:
        """Close at once; False if it was closed before."""
        with self._lock:
            if self._closed:
                return False
            self._closed = True
            busy = self._busy
            if busy:  # its owner waits: wake it, it releases the socket on its way out
                with suppress(OSError):
                    self._given.connected.shutdown(socket.SHUT_RDWR)
        if not busy:
            self._say_goodbye()
            self._release()
        return True

    def trouble(self, kind: ProblemKind) -> Trouble:
        """Return a trouble of this connection."""
        return Trouble(Problem(kind, host=self.host, port=self.port))

    @contextmanager
    def _operation(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise self.trouble(ProblemKind.CONNECTION_LOST)
            self._busy = True
        try:
            yield
        except OSError as error:
            self.close()
            raise self.trouble(kind_of_failure(error)) from None
        except BaseException:
            self.close()
            raise
        finally:
            with self._lock:
                self._busy = False
                over = self._closed
            if over:
                self._release()

    def _pull(self, until: float) -> bytes:
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._given.connected.settimeout(left_s)
        acknowledge_at_once(self._given.connected)
        return self._given.connected.recv(READ_SIZE)

    def _feed(self, data: bytes) -> None:
        if data:
            self._given.from_peer.write(data)
        else:
            self._given.from_peer.write_eof()

    def _flush(self, limit_s: float) -> None:
        if self._given.to_peer.pending:
            self._given.connected.settimeout(limit_s)
            self._given.connected.sendall(self._given.to_peer.read())

    def _release(self) -> None:
        self._given.release(self._given.connected)

    def _say_goodbye(self) -> None:
        """Send TLS's close_notify if the socket takes it at once; nobody waits for the answer."""
        if self._given.tls is None:
            return
        with suppress(OSError):
            self._given.connected.setblocking(False)
            try:
                self._given.tls.unwrap()
            finally:
                self._given.connected.send(self._given.to_peer.read())


def kind_of_failure(error: OSError) -> ProblemKind:
    """Tell what an error of the network means, once a connection stands."""
    if isinstance(error, TimeoutError):
        return ProblemKind.SILENT
    return ProblemKind.TLS_FAILED if isinstance(error, ssl.SSLError) else ProblemKind.CONNECTION_LOST
