"""The one doorway to the network: resolve, guard, connect."""

import asyncio
import socket
from collections.abc import Callable

from webapp.net.channel import Channel
from webapp.net.domains import to_a_label
from webapp.net.guard import Guard, Purpose
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.net.resolver import Resolver
from webapp.net.sockets import OpenSockets, Race, connect_problem_kind
from webapp.net.stream import LineStream
from webapp.net.tls import TlsContexts
from webapp.net.warm import warm_up

Observe = Callable[[str], None]


def ignore(fact: str) -> None:
    """Hear a fact and do nothing."""


class Network:
    """Opens connections to servers; nothing else in Mailroom does."""

    def __init__(self, guard: Guard, resolver: Resolver, tls: TlsContexts) -> None:
        self.guard = guard
        self.resolver = resolver
        self.tls = tls
        self._sockets = OpenSockets()
        warm_up()

    @property
    def open_streams(self) -> int:
        """Return how many sockets are open or being connected, of this network and its sessions."""
        return len(self._sockets)

    def session(self) -> "Network":
        """Return this network for one run: its resolver asks each question once."""
        session = Network(self.guard, self.resolver.session(), self.tls)
        session._sockets = self._sockets
        return session

    async def connect(
        self,
        host: str,
        port: int,
        *,
        timeout_s: float = 10,
        purpose: Purpose = Purpose.MAIL,
        observe: Observe = ignore,
    ) -> LineStream:
        """Connect to the fastest address of a host; `timeout_s` also limits each later wait of the stream.

        `observe` hears "name", "address=192.0.2.1,192.0.2.2" (all that may be tried) and "port" as they come true.
        """
        channel = await self.open_channel(host, port, timeout_s=timeout_s, purpose=purpose, observe=observe)
        return LineStream(channel, self.tls, timeout_s=timeout_s)

    async def open_channel(
        self, host: str, port: int, *, timeout_s: float, purpose: Purpose, observe: Observe = ignore
    ) -> Channel:
        """Connect as `connect` does, for conversations that are not lines."""
        host = to_a_label(host)
        self.guard.check_port(host, port, purpose)
        addresses = await self.resolver.addresses(host)
        observe("name")
        permitted = self._permitted(host, addresses, port, purpose)
        observe("address=" + ",".join(permitted))
        connected = await self._connect(host, port, permitted, timeout_s, purpose)
        channel = self._channel(connected, host, port)
        observe("port")
        return channel

    def _permitted(self, host: str, addresses: tuple[str, ...], port: int, purpose: Purpose) -> list[str]:
        """Return the addresses the guard lets pass; with none left, its refusal is raised before any packet."""
        permitted: list[str] = []
        refusal: Trouble | None = None
        for address in addresses:
            try:
                self.guard.check(host, address, port, purpose)
            except Trouble as trouble:
                refusal = trouble
            else:
                permitted.append(address)
        if refusal is not None and not permitted:
            raise refusal
        return permitted

    async def _connect(
        self, host: str, port: int, addresses: list[str], timeout_s: float, purpose: Purpose
    ) -> socket.socket:
        race = Race(self._sockets, port, lambda address: self.guard.check(host, address, port, purpose))
        try:
            async with asyncio.timeout(timeout_s):
                return await race.run(addresses)
        except OSError as error:  # TimeoutError is one
            raise Trouble(Problem(connect_problem_kind(error), host=host, port=port)) from None

    def _channel(self, connected: socket.socket, host: str, port: int) -> Channel:
        try:
            return Channel(connected, host, port, self._sockets.release)
        except OSError:  # reset between connecting and asking for the peer's address
            self._sockets.release(connected)
            raise Trouble(Problem(ProblemKind.CONNECTION_LOST, host=host, port=port)) from None
