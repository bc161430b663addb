"""The built-in provider table: facts about large providers, found by domain, MX name or host."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from webapp.detection.types import Hint, MailConfig


@dataclass(frozen=True)
class Provider:
    """One row: whose mail it is and how programs reach it."""

    name: str
    domains: tuple[str, ...]


class ProviderTable:
    """Looks providers up; built once from `providers.toml`."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self.providers = tuple(providers)

    @classmethod
    def load(cls, path: Path | None = None) -> "ProviderTable":
        """Read the table that comes with the program, or another one."""
        raise NotImplementedError

    def by_domain(self, domain: str) -> Provider | None:
        """Return the provider whose own mail domain this is."""
        raise NotImplementedError

    def by_mx(self, host: str) -> Provider | None:
        """Return the provider that serves customers' domains under this MX name."""
        raise NotImplementedError
