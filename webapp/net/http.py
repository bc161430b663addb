"""Fetch small public documents over http and https, every hop through the guard."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from webapp.net.network import Network


@dataclass(frozen=True)
class Fetched:
    """A document and where it really came from."""

    url: str
    status: int
    content_type: str
    body: bytes


class HttpFetcher:
    """Fetches documents for one run; connections stay warm until it is closed. Use it as `async with`."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def fetch(self, url: str, *, https_only: bool = True) -> Fetched:
        """Return the document (status 2xx) or raise `Trouble`."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close all connections."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
