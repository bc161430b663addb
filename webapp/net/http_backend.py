"""Lets the http library reach the network only through our doorway."""

import ssl
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore2

from webapp.net.channel import READ_SIZE, Channel
from webapp.net.guard import Purpose
from webapp.net.network import Network


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects by `Network`: its resolver, its guard, its certificates. Troubles pass through the library unchanged."""

    def __init__(self, network: Network, connect_limit_s: float) -> None:
        self._network = network
        self._connect_limit_s = connect_limit_s

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Return a stream to the fastest address of the host."""
        limit_s = self._connect_limit_s if timeout is None else min(timeout, self._connect_limit_s)
        channel = await self._network.open_channel(host, port, timeout_s=limit_s, purpose=Purpose.LOOKUP)
        return GuardedStream(channel, self._network.tls.verified)


class GuardedStream(httpcore2.AsyncNetworkStream):
    """A channel in the library's words. Time limits are the fetcher's, around the whole conversation."""

    def __init__(self, channel: Channel, verified: ssl.SSLContext) -> None:
        self._channel = channel
        self._verified = verified

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what came; nothing at the end."""
        return await self._channel.receive(min(max_bytes, READ_SIZE))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all the bytes."""
        await self._channel.send(buffer)

    async def aclose(self) -> None:
        """Close at once."""
        self._channel.close()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        """Shake hands with our shared context, whatever context the library offers."""
        await self._channel.start_tls(self._verified)
        return self

    def get_extra_info(self, info: str) -> Any:
        """Tell the library whether a kept connection has ended."""
        return self._channel.is_readable() if info == "is_readable" else None


@cache
def unused_context() -> ssl.SSLContext:
    """Return an empty context for the library, which writes ALPN into the one it is given.

    Ours is shared with mail servers, some of which refuse a client that asks for http.
    """
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
