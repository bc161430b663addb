"""The one doorway to the network: resolve, guard, connect."""

from collections.abc import Callable
from typing import Self

from webapp.net.guard import Guard, Purpose
from webapp.net.resolver import Resolver
from webapp.net.stream import LineStream
from webapp.net.tls import TlsContexts


class Network:
    """Opens connections to servers; nothing else in Mailroom does."""

    def __init__(self, guard: Guard, resolver: Resolver, tls: TlsContexts) -> None:
        self.guard = guard
        self.resolver = resolver
        self.tls = tls

    @property
    def open_streams(self) -> int:
        """Return how many sockets are open, of this network and its sessions."""
        raise NotImplementedError

    def session(self) -> Self:
        """Return this network for one run: its resolver asks each question once."""
        raise NotImplementedError

    async def connect(
        self,
        host: str,
        port: int,
        *,
        timeout_s: float = 10,
        purpose: Purpose = Purpose.MAIL,
        observe: Callable[[str], None] = lambda fact: None,
    ) -> LineStream:
        """Connect to the fastest address of a host.

        `observe` hears "name", "address=192.0.2.1", "port" as they come true.
        """
        raise NotImplementedError
