"""The built-in provider table: facts about large providers, found by domain, MX name or host."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from webapp.detection.documents.placeholders import filled_in
from webapp.detection.types import Hint, HintKind, MailConfig, Source
from webapp.mail.settings import Protocol, Security, ServerSettings

TABLE = Path(__file__).with_name("providers.toml")
USERNAMES = {"address": "%EMAILADDRESS%", "local-part": "%EMAILLOCALPART%"}
SERVICES = {"imap": Protocol.IMAP, "pop3": Protocol.POP3, "smtp": Protocol.SMTP}
UNUSABLE = frozenset({HintKind.OAUTH_ONLY, HintKind.NO_MAIL_PROGRAMS})


@dataclass(frozen=True)
class Provider:
    """One row: whose mail it is and how programs reach it.

    The servers' login names are placeholders; `facts_from` and `facts_of`
    tell where the row was taken from and when.
    """

    name: str
    domains: tuple[str, ...]
    mx_suffixes: tuple[str, ...]
    servers: tuple[ServerSettings, ...]
    hints: tuple[Hint, ...]
    facts_from: str
    facts_of: str

    @property
    def unusable(self) -> bool:
        """Tell whether no mail program gets in with a password."""
        return any(hint.kind in UNUSABLE for hint in self.hints)

    def config(self, address: str, source: Source, *, trusted: bool, detail: str | None = None) -> MailConfig:
        """Return the row as a configuration of one address."""
        servers = tuple(_for_address(server, address) for server in self.servers)
        return MailConfig(
            incoming=tuple(server for server in servers if server.protocol is not Protocol.SMTP),
            outgoing=tuple(server for server in servers if server.protocol is Protocol.SMTP),
            source=source,
            trusted=trusted,
            provider_name=self.name,
            hints=self.hints,
            source_detail=detail or f"{self.name}, {self.facts_of}",
        )


class ProviderTable:
    """Looks providers up; built once from `providers.toml`."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self.providers = tuple(providers)
        self._by_domain = {domain: provider for provider in providers for domain in provider.domains}
        self._by_mx = {suffix: provider for provider in providers for suffix in provider.mx_suffixes}
        self._by_host = {server.host: provider for provider in providers for server in provider.servers}

    @classmethod
    def load(cls, path: Path = TABLE) -> "ProviderTable":
        """Read the table that comes with the program, or another one."""
        return _loaded(path)

    @property
    def domains(self) -> frozenset[str]:
        """Return every mail domain of the table."""
        return frozenset(self._by_domain)

    def by_domain(self, domain: str) -> Provider | None:
        """Return the provider whose own mail domain this is."""
        return self._by_domain.get(domain.lower())

    def by_mx(self, host: str) -> Provider | None:
        """Return the provider that serves customers' domains under this MX name.

        Suffixes are compared label by label: evilmx.yandex.net is not mx.yandex.net.
        """
        labels = host.lower().rstrip(".").split(".")
        suffixes = (".".join(labels[start:]) for start in range(len(labels)))
        return next((self._by_mx[suffix] for suffix in suffixes if suffix in self._by_mx), None)

    def by_host(self, host: str) -> Provider | None:
        """Return the provider one of whose servers has this name."""
        return self._by_host.get(host.lower())


@cache
def _loaded(path: Path) -> ProviderTable:
    with path.open("rb") as file:
        rows = tomllib.load(file)["provider"]
    return ProviderTable([_provider(row) for row in rows])


def _provider(row: dict[str, Any]) -> Provider:
    return Provider(
        name=row["name"],
        domains=tuple(row.get("domains", ())),
        mx_suffixes=tuple(row.get("mx", ())),
        servers=tuple(_server(protocol, text, row) for protocol in SERVICES for text in row.get(protocol, ())),
        hints=tuple(Hint(HintKind(hint["kind"]), hint.get("url")) for hint in row.get("hints", ())),
        facts_from=row["facts_from"],
        facts_of=row["facts_of"].isoformat(),
    )


def _server(protocol: str, text: str, row: dict[str, Any]) -> ServerSettings:
    place, security, *username = text.split()
    host, _, port = place.rpartition(":")
    form = username[0] if username else row.get("username", "address")
    return ServerSettings(SERVICES[protocol], host, int(port), Security(security), USERNAMES[form])


def _for_address(server: ServerSettings, address: str) -> ServerSettings:
    return ServerSettings(
        server.protocol,
        server.host,
        server.port,
        server.security,
        filled_in(server.username or "", address),
        server.auth_methods,
    )
