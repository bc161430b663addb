"""Sockets on their way to being connected: opened, raced, counted, and never left behind."""

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address

from webapp.net.problems import ProblemKind

ATTEMPT_DELAY_S = 0.25  # RFC 8305, section 5
QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux has it
LOST = frozenset({errno.ECONNRESET, errno.ECONNABORTED})


class OpenSockets:
    """Every socket Mailroom has open to a server, so that a test or a page can count them."""

    def __init__(self) -> None:
        self._sockets: set[socket.socket] = set()

    def __len__(self) -> int:
        return len(self._sockets)

    def release(self, connected: socket.socket) -> None:
        """Close a socket; safe to call twice."""
        connected.close()
        self._sockets.discard(connected)

    async def connect(self, address: str, port: int, permit: Callable[[str], None]) -> socket.socket:
        """Return a socket connected to an IP address that `permit` let pass; raises OSError.

        `permit` sees the very text the kernel gets, right before it gets it.
        """
        family = socket.AF_INET if ip_address(address).version == 4 else socket.AF_INET6
        opened = socket.socket(family, socket.SOCK_STREAM)
        self._sockets.add(opened)
        try:
            prepare(opened)
            permit(address)
            await asyncio.get_running_loop().sock_connect(opened, (address, port))
        except BaseException:
            self.release(opened)
            raise
        return opened


class Race:
    """Several addresses of one host tried side by side (happy eyeballs, RFC 8305): the first to connect wins."""

    def __init__(self, sockets: OpenSockets, port: int, permit: Callable[[str], None]) -> None:
        self._sockets = sockets
        self._port = port
        self._permit = permit
        self._winner: socket.socket | None = None
        self._failures: list[OSError] = []

    async def run(self, addresses: Sequence[str]) -> socket.socket:
        """Return the first connected socket, or raise the most telling OSError; the others are closed."""
        try:
            await self._attempt_all(list(addresses))
            if self._winner is None:
                raise min(self._failures, key=lambda error: TELLING.index(connect_problem_kind(error)))
        except BaseException:
            if self._winner is not None:
                self._sockets.release(self._winner)
            raise
        return self._winner

    async def _attempt_all(self, waiting: list[str]) -> None:
        running: set[asyncio.Task[None]] = set()
        try:
            while self._winner is None and (waiting or running):
                if waiting:
                    running.add(asyncio.create_task(self._attempt(waiting.pop(0))))
                # A failure starts the next attempt at once, silence after the delay.
                patience_s = ATTEMPT_DELAY_S if waiting else None
                done, running = await asyncio.wait(running, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
                for attempt in done:
                    attempt.result()
        finally:
            for attempt in running:
                attempt.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _attempt(self, address: str) -> None:
        try:
            connected = await self._sockets.connect(address, self._port, self._permit)
        except OSError as error:
            self._failures.append(error)
            return
        if self._winner is None:
            self._winner = connected
        else:
            self._sockets.release(connected)


def prepare(opened: socket.socket) -> None:
    """Give a new socket the options every connection of ours has."""
    opened.setblocking(False)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def acknowledge_at_once(connected: socket.socket) -> None:
    """Have the kernel acknowledge what comes next without its usual delay of 40 ms.

    Servers that leave Nagle's algorithm on wait for that acknowledgement: Postfix
    sends its TLS session ticket and then holds the greeting back until we have
    confirmed the ticket. The wish is forgotten with every packet we send
    (tcp(7), TCP_QUICKACK), so it is repeated before each wait.
    """
    if QUICK_ACK is not None:
        with suppress(OSError):  # a connection that is gone says so when it is read
            connected.setsockopt(socket.IPPROTO_TCP, QUICK_ACK, 1)


def connect_problem_kind(error: OSError) -> ProblemKind:
    """Tell what a failed connect means."""
    if isinstance(error, ConnectionRefusedError):
        return ProblemKind.CONNECTION_REFUSED
    if isinstance(error, TimeoutError):
        return ProblemKind.CONNECTION_TIMED_OUT
    return ProblemKind.CONNECTION_LOST if error.errno in LOST else ProblemKind.HOST_UNREACHABLE


TELLING = (
    ProblemKind.CONNECTION_REFUSED,
    ProblemKind.CONNECTION_LOST,
    ProblemKind.CONNECTION_TIMED_OUT,
    ProblemKind.HOST_UNREACHABLE,
)
"""Of several addresses' failures the first of these is told: "no IPv6 here" says nothing about the server."""
