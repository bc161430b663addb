"""Lines to and from a mail server: every wait has a limit, every buffer a ceiling."""

from types import TracebackType
from typing import Self

from webapp.net.problems import CertificateFacts


class LineStream:
    """One conversation with a mail server. A cancelled read or write closes it."""

    host: str
    port: int
    address: str
    tls_version: str | None
    certificate: CertificateFacts | None

    async def read_line(self) -> bytes:
        """Return the next line without its line end."""
        raise NotImplementedError

    async def read_exactly(self, size: int) -> bytes:
        """Return exactly `size` bytes (IMAP literals)."""
        raise NotImplementedError

    async def write(self, data: bytes) -> None:
        """Send bytes."""
        raise NotImplementedError

    async def start_tls(self, pin: str | None = None, inspect_only: bool = False) -> None:
        """Shake hands; at once after connecting this is implicit TLS, after STARTTLS the upgrade."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close at once; safe to call twice."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError
