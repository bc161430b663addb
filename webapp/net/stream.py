"""Lines to and from a mail server: every wait has a limit, every buffer a ceiling."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self

from webapp.net.channel import Channel, HandedOver
from webapp.net.problems import CertificateFacts, Problem, ProblemKind, Trouble
from webapp.net.tls import TlsContexts, certificate_facts, fingerprint

LINE_LIMIT = 8 * 1024  # RFC 2683, 3.2.1.5: IMAP lines of 8000 bytes must be taken; SMTP and POP3 have less
ANSWER_LIMIT = 1024 * 1024  # all that may come between two writes of ours
PIECE = 64 * 1024


class Listener(Protocol):
    """Hears what goes over a stream, as it goes; it must return at once."""

    def sent(self, data: bytes) -> None:
        """Hear one write, before it leaves."""

    def received(self, data: bytes) -> None:
        """Hear one line without its line end, or one literal."""


class LineStream:
    """One conversation with a mail server, on a channel that `Network.connect` opened.

    A wait that fails, runs out of its limit or is cancelled closes the stream.
    `inspect_only` streams have a TLS layer nobody verified: they refuse every write.
    """

    def __init__(self, channel: Channel, tls: TlsContexts, *, timeout_s: float = 10) -> None:
        self.host = channel.host
        self.port = channel.port
        self.address = channel.address
        self.timeout_s = timeout_s
        self.answer_limit = ANSWER_LIMIT
        self.tls_version: str | None = None
        self._der: bytes | None = None
        self.inspect_only = False
        self.listener: Listener | None = None
        self._channel = channel
        self._tls = tls
        self._buffer = bytearray()
        self._answered = 0

    @property
    def secure(self) -> bool:
        """Tell whether a password may go out here: over TLS with a verified or pinned certificate."""
        return self.tls_version is not None and not self.inspect_only

    @property
    def certificate(self) -> CertificateFacts | None:
        """Return the facts of the peer's certificate; read on demand, since hardly anybody asks."""
        return certificate_facts(self._der) if self._der is not None else None

    @property
    def at_rest(self) -> bool:
        """Tell whether the stream is open and its peer has said nothing beyond what was read."""
        return not self._buffer and self._channel.at_rest

    async def read_line(self) -> bytes:
        """Return the next line without its line end; the limit is for the whole line, however slowly it drips."""
        end = self._buffer.find(b"\n", 0, LINE_LIMIT + 1)
        if end < 0:
            async with self._limited():
                end = await self._fill_line()
        return self._told(self._take(end + 1).removesuffix(b"\n").removesuffix(b"\r"))

    async def read_exactly(self, size: int) -> bytes:
        """Return exactly `size` bytes (an IMAP literal)."""
        if size > self.answer_limit:
            raise self._end(ProblemKind.ANSWER_TOO_LONG)
        async with self._limited():
            while len(self._buffer) < size:
                await self._fill()
        return self._told(self._take(size))

    async def write(self, data: bytes) -> None:
        """Send bytes; a server that takes none for `timeout_s` counts as silent."""
        if self.inspect_only:
            raise RuntimeError("nothing is sent over a TLS layer that nobody verified")
        if self.listener is not None:
            self.listener.sent(data)
        self._answered = len(self._buffer)
        for start in range(0, len(data), PIECE):
            async with self._limited():
                await self._channel.send(data[start : start + PIECE])

    async def start_tls(self, pin: str | None = None, inspect_only: bool = False) -> None:
        """Shake hands; at once after connecting this is implicit TLS, after STARTTLS the upgrade.

        With a pin exactly the certificate of that SHA-256 is accepted, without
        one only a verified certificate.
        """
        if self._buffer:
            # Bytes sent before the handshake would be read as if TLS had protected them (CVE-2011-0411).
            raise self._end(ProblemKind.STARTTLS_INJECTION)
        self.inspect_only = inspect_only
        async with self._limited():
            await self._channel.start_tls(self._tls.unverified if inspect_only or pin else self._tls.verified)
        der = self._channel.peer_certificate or b""
        self._der = der
        if pin and fingerprint(der) != pin.lower():
            raise self._end(ProblemKind.CERTIFICATE_CHANGED, self.certificate)
        self.tls_version = self._channel.tls_version

    def hand_over(self) -> HandedOver:
        """Give the connection to somebody else, with what was received and not read; the stream is closed then."""
        if self.inspect_only:
            raise RuntimeError("a TLS layer that nobody verified is handed to nobody")
        return replace(self._channel.hand_over(), received=bytes(self._buffer))

    async def close(self) -> None:
        """Close at once, also while another task waits here; safe to call twice."""
        self.drop()

    def drop(self) -> None:
        """Do what `close` does, where nobody can wait."""
        self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @asynccontextmanager
    async def _limited(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.timeout_s):
                yield
        except TimeoutError:
            raise self._end(ProblemKind.SILENT) from None

    async def _fill_line(self) -> int:
        """Receive until a line end is there, and return where."""
        end = -1
        while end < 0:
            searched = len(self._buffer)
            if searched > LINE_LIMIT:
                raise self._end(ProblemKind.LINE_TOO_LONG)
            await self._fill()
            end = self._buffer.find(b"\n", searched, LINE_LIMIT + 1)
        return end

    async def _fill(self) -> None:
        data = await self._channel.receive()
        if not data:
            raise self._end(ProblemKind.CONNECTION_LOST)
        self._answered += len(data)
        if self._answered > self.answer_limit:
            raise self._end(ProblemKind.ANSWER_TOO_LONG)
        self._buffer += data

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _told(self, data: bytes) -> bytes:
        if self.listener is not None:
            self.listener.received(data)
        return data

    def _end(self, kind: ProblemKind, certificate: CertificateFacts | None = None) -> Trouble:
        self._channel.close()
        return Trouble(Problem(kind, host=self.host, port=self.port, certificate=certificate))
