"""Carry questions to name servers and bring the answers back; what they mean is for `questions`.

A search asks some twenty questions within milliseconds. Those under way at the
same time share a socket, which makes each cost a fraction of what a socket of its own would.
"""

import asyncio
import secrets
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

TRY_S = 1.5  # how long one name server may take before it, or the next, is asked again
HEADER = b"\x01\x00\0\1\0\0\0\0\0\0"  # after the number: a query, recursion desired, one question (RFC 1035, 4.1.1)
HEADER_SIZE = 12
ERRORS_WITHOUT_QUESTION = frozenset({1, 2, 4, 5})  # FORMERR, SERVFAIL, NOTIMP, REFUSED
SETTLED = frozenset({0, 3})  # NOERROR, NXDOMAIN
LONGEST_PACKET = 65535
PACKETS_AT_ONCE = 32  # then other tasks have their turn


@dataclass(frozen=True)
class NameServer:
    """One name server the administrator set; it is exempt from the guard."""

    address: str
    port: int = 53


class NobodyAnswers(Exception):
    """No name server gave an answer one could use."""


class NameClient:
    """Asks name servers in their order until one settles the question. The time limit is the caller's."""

    def __init__(self, servers: Sequence[NameServer]) -> None:
        self._servers = tuple(servers)
        self._bursts: dict[tuple[NameServer, asyncio.AbstractEventLoop], Burst] = {}

    async def ask(self, question: bytes) -> bytes:
        """Return the message that answers a question (name, type and class as on the wire)."""
        servers = list(self._servers)
        while servers:
            for server in tuple(servers):
                try:
                    async with asyncio.timeout(TRY_S):
                        answer = await self._ask(server, question)
                except TimeoutError:
                    continue
                except (OSError, EOFError):
                    servers.remove(server)
                else:
                    if response_code(answer) in SETTLED:
                        return answer
                    servers.remove(server)
        raise NobodyAnswers

    async def _ask(self, server: NameServer, question: bytes) -> bytes:
        answer = await self._burst(server).ask(question)
        return await ask_over_tcp(server, question) if is_truncated(answer) else answer

    def _burst(self, server: NameServer) -> "Burst":
        """Return the burst to a server that is under way, or begin one."""
        place = server, asyncio.get_running_loop()
        burst = self._bursts.get(place)
        if burst is None or burst.over:
            self._bursts = {place: other for place, other in self._bursts.items() if not other.over}
            burst = self._bursts[place] = Burst(server)
        return burst


class Burst:
    """The questions under way to one server, on one socket with a port of its own; it ends with the last of them."""

    def __init__(self, server: NameServer) -> None:
        self._socket = new_socket(server, socket.SOCK_DGRAM)
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, tuple[bytes, asyncio.Future[bytes | None]]] = {}
        self.over = False
        try:
            # Connected, so that the kernel drops what comes from anybody else.
            self._socket.connect((server.address, server.port))
        except OSError:
            self._end()
            raise
        self._loop.add_reader(self._socket, self._receive)

    async def ask(self, question: bytes) -> bytes:
        """Send a question and return its answer."""
        number = self._free_number()
        answer: asyncio.Future[bytes | None] = self._loop.create_future()
        self._waiting[number] = question, answer
        try:
            with suppress(BlockingIOError):  # as good as lost on the way
                self._socket.send(number.to_bytes(2) + HEADER + question)
            packet = await answer
        finally:
            del self._waiting[number]
            if not self._waiting:
                self._loop.remove_reader(self._socket)
                self._end()
        if packet is None:
            raise ConnectionRefusedError
        return packet

    def _free_number(self) -> int:
        """Return a number nobody can guess (RFC 5452, section 9.2)."""
        number = secrets.randbits(16)
        while number in self._waiting:
            number = secrets.randbits(16)
        return number

    def _receive(self) -> None:
        for _ in range(PACKETS_AT_ONCE):
            try:
                packet = self._socket.recv(LONGEST_PACKET)
            except BlockingIOError:
                return
            except OSError:
                self._refuse()
                return
            question, answer = self._waiting.get(int.from_bytes(packet[:2]), (b"", None))
            if answer is not None and not answer.done() and is_answer(packet, question):
                answer.set_result(packet)

    def _refuse(self) -> None:
        """Tell every asker that nobody listens there."""
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_result(None)

    def _end(self) -> None:
        self.over = True
        self._socket.close()


async def ask_over_tcp(server: NameServer, question: bytes) -> bytes:
    """Return the answer that was too long for UDP (RFC 7766)."""
    loop = asyncio.get_running_loop()
    query = secrets.token_bytes(2) + HEADER + question
    with new_socket(server, socket.SOCK_STREAM) as connected:
        await loop.sock_connect(connected, (server.address, server.port))
        await loop.sock_sendall(connected, len(query).to_bytes(2) + query)
        size = int.from_bytes(await _receive_exactly(connected, 2))
        answer = await _receive_exactly(connected, size)
    if answer[:2] != query[:2] or not is_answer(answer, question):
        raise EOFError
    return answer


async def _receive_exactly(connected: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        piece = await asyncio.get_running_loop().sock_recv(connected, size - len(received))
        if not piece:
            raise EOFError
        received += piece
    return received


def new_socket(server: NameServer, kind: socket.SocketKind) -> socket.socket:
    """Return a socket of the server's address family that never blocks."""
    family = socket.AF_INET if ip_address(server.address).version == 4 else socket.AF_INET6
    opened = socket.socket(family, kind)
    opened.setblocking(False)
    return opened


def is_answer(packet: bytes, question: bytes) -> bool:
    """Tell whether a packet answers a question: the number alone could be guessed (RFC 5452, section 9.1)."""
    if len(packet) < HEADER_SIZE or not packet[2] & 0x80:
        return False
    if packet[4:6] == b"\0\0":
        return response_code(packet) in ERRORS_WITHOUT_QUESTION
    repeated = packet[HEADER_SIZE : HEADER_SIZE + len(question)]
    return packet[4:6] == b"\0\1" and repeated.lower() == question.lower()


def is_truncated(packet: bytes) -> bool:
    """Tell whether the whole answer is to be had over TCP only."""
    return bool(packet[2] & 0x02)


def response_code(packet: bytes) -> int:
    """Return the RCODE."""
    return packet[3] & 0x0F
