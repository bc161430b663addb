"""Bytes to and from one connected socket, in the clear or over TLS. Errors of the network become `Trouble` here."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.net.sockets import acknowledge_at_once
from webapp.net.tls import handshake_problem_kind
from webapp.net.words import clean_words

READ_SIZE = 65536
ANSWER_KEPT = 300
HANDSHAKE_LIMIT = 128 * 1024  # chains of certificates stay far below; messages TLS ignores could go on for ever

Result = TypeVar("Result")


@dataclass(frozen=True)
class HandedOver:
    """A connection as its next owner gets it: the socket, the TLS machine, and what came and was not read."""

    connected: socket.socket
    tls: ssl.SSLObject | None
    from_peer: ssl.MemoryBIO
    to_peer: ssl.MemoryBIO
    release: Callable[[socket.socket], None]
    received: bytes = b""


class Channel:
    """One TCP connection.

    TLS runs over memory BIOs, so that closing is one system call: no transport
    to drain, no task to wait for. One task at a time reads or writes; `close`
    may come from anywhere. Whatever interrupts an operation (an error, a
    cancellation, somebody's time limit) closes the channel: half a read is worth nothing.
    """

    def __init__(
        self, connected: socket.socket, host: str, port: int, release: Callable[[socket.socket], None]
    ) -> None:
        self.host = host
        self.port = port
        self.address = str(connected.getpeername()[0])
        self._socket = connected
        self._release = release
        self._closed = False
        self._operations = 0
        self._tls: ssl.SSLObject | None = None
        self._from_peer = ssl.MemoryBIO()
        self._to_peer = ssl.MemoryBIO()

    @property
    def tls_version(self) -> str | None:
        """Return the version agreed on, such as TLSv1.3, or None in the clear."""
        return self._tls.version() if self._tls is not None else None

    @property
    def peer_certificate(self) -> bytes | None:
        """Return the peer's certificate (DER), verified or not."""
        return self._tls.getpeercert(binary_form=True) if self._tls is not None else None

    async def receive(self, size: int = READ_SIZE) -> bytes:
        """Return what came, at most `size` bytes; nothing at the end of the conversation."""
        with self._operation():
            if self._tls is None:
                return await self._pull(size)
            try:
                return await self._step(lambda tls: tls.read(size), self._tls)
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    async def send(self, data: bytes) -> None:
        """Send all the bytes."""
        with self._operation():
            if self._tls is None:
                await asyncio.get_running_loop().sock_sendall(self._socket, data)
            else:
                await self._step(lambda tls: tls.write(data), self._tls)

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Shake hands as a client; a failure is told by its kind, with the words of a peer that spoke plain text."""
        if self._tls is not None:
            raise RuntimeError("this channel has shaken hands before")
        tls = context.wrap_bio(self._from_peer, self._to_peer, server_hostname=self.host)
        answer = bytearray()
        with self._operation():
            try:
                await self._step(lambda tls: tls.do_handshake(), tls, answer)
            except ssl.SSLEOFError:
                raise self.trouble(ProblemKind.CONNECTION_LOST) from None
            except ssl.SSLError as error:
                kind = handshake_problem_kind(error, bytes(answer[:1]))
                raise self.trouble(kind, _said(kind, error, answer)) from None
        self._tls = tls

    @property
    def at_rest(self) -> bool:
        """Tell whether the channel is open and everything that came has been read."""
        pending = self._from_peer.pending or (self._tls is not None and self._tls.pending())
        return not (self._closed or pending or self.is_readable())

    def is_readable(self) -> bool:
        """Tell whether bytes, or the end, wait to be read."""
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def hand_over(self) -> HandedOver:
        """Give the connection to somebody who will release the socket; this channel is closed then."""
        if self._closed or self._operations:
            raise self.trouble(ProblemKind.CONNECTION_LOST)
        self._closed = True
        return HandedOver(self._socket, self._tls, self._from_peer, self._to_peer, self._release)

    def close(self) -> None:
        """Close at once; an operation under way elsewhere ends with `Trouble`. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        if self._operations:
            # The loop still watches the socket: wake that operation, it releases the socket on its way out.
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        else:
            self._say_goodbye()
            self._release(self._socket)

    def trouble(self, kind: ProblemKind, said: str | None = None) -> Trouble:
        """Return a trouble of this connection."""
        return Trouble(Problem(kind, host=self.host, port=self.port, server_said=said))

    @contextmanager
    def _operation(self) -> Iterator[None]:
        if self._closed:
            raise self.trouble(ProblemKind.CONNECTION_LOST)
        self._operations += 1
        try:
            yield
        except ssl.SSLError:
            self.close()
            raise self.trouble(ProblemKind.TLS_FAILED) from None
        except OSError:
            self.close()
            raise self.trouble(ProblemKind.CONNECTION_LOST) from None
        except BaseException:
            self.close()
            raise
        finally:
            self._operations -= 1
            if self._closed and not self._operations:
                self._release(self._socket)

    async def _step(
        self, step: Callable[[ssl.SSLObject], Result], tls: ssl.SSLObject, answer: bytearray | None = None
    ) -> Result:
        """Run one step of the TLS machine, carrying bytes between it and the socket until it is done."""
        while True:
            try:
                result = step(tls)
            except ssl.SSLWantReadError:
                await self._flush()
            except ssl.SSLError:
                with suppress(OSError):
                    await self._flush()  # the alert that tells the peer why
                raise
            else:
                await self._flush()
                return result
            await self._feed(answer)

    async def _feed(self, answer: bytearray | None) -> None:
        data = await self._pull(READ_SIZE)
        if answer is not None:
            answer += data
            if len(answer) > HANDSHAKE_LIMIT:
                raise self.trouble(ProblemKind.TLS_FAILED)
        if data:
            self._from_peer.write(data)
        else:
            self._from_peer.write_eof()

    async def _flush(self) -> None:
        if self._to_peer.pending:
            await asyncio.get_running_loop().sock_sendall(self._socket, self._to_peer.read())

    async def _pull(self, size: int) -> bytes:
        # A socket with bytes waiting is read without giving way: a peer that never stops sending would keep
        # every other task, time limits and cancellations from their turn.
        await asyncio.sleep(0)
        acknowledge_at_once(self._socket)
        return await asyncio.get_running_loop().sock_recv(self._socket, size)

    def _say_goodbye(self) -> None:
        """Send TLS's close_notify if the socket takes it at once; nobody waits for the answer."""
        if self._tls is None:
            return
        with suppress(ssl.SSLError, OSError):
            try:
                self._tls.unwrap()
            finally:
                self._socket.send(self._to_peer.read())


def _said(kind: ProblemKind, error: ssl.SSLError, answer: bytearray) -> str | None:
    if kind is ProblemKind.TLS_NOT_SPOKEN:
        return clean_words(bytes(answer[:ANSWER_KEPT])) or None
    if kind is ProblemKind.TLS_FAILED and error.reason:
        return clean_words(error.reason.replace("_", " ").lower())
    return None
