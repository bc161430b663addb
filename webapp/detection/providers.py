"""The built-in provider table: facts about large providers, found by domain, MX name or host."""

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from webapp.detection.documents.placeholders import filled_in
from webapp.detection.types import Hint, HintKind, MailConfig, Source
from webapp.mail.settings import Protocol, Security, ServerSettings

TABLE = Path(__file__).with_name("providers.toml")
USERNAMES = {"address": "%EMAILADDRESS%", "local-part": "%EMAILLOCALPART%", "unknown": None}
SERVICES = {"imap": Protocol.IMAP, "pop3": Protocol.POP3, "smtp": Protocol.SMTP}
UNUSABLE = frozenset({HintKind.OAUTH_ONLY, HintKind.BRIDGE_ONLY, HintKind.NO_MAIL_PROGRAMS})


@dataclass(frozen=True)
class Provider:
    """One row: whose mail it is and how programs reach it.

    Hosts and login names of the servers hold placeholders; `sources` and
    `facts_of` tell where the row was taken from and when, `differs` why it is
    not as its ISPDB file says.
    """

    name: str
    domains: tuple[str, ...]
    rare_domains: tuple[str, ...]
    mx_suffixes: tuple[str, ...]
    servers: tuple[ServerSettings, ...]
    other_hosts: tuple[str, ...]
    hints: tuple[Hint, ...]
    sources: tuple[str, ...]
    differs: str | None
    facts_of: str

    @property
    def all_domains(self) -> tuple[str, ...]:
        """Return every mail domain of the provider itself."""
        return self.domains + self.rare_domains

    @property
    def hosts(self) -> frozenset[str]:
        """Return every name one of its servers has."""
        named = {server.host for server in self.servers}
        filled = {filled_in(host, f"anyone@{domain}") for host in named for domain in self.all_domains or ("",)}
        return frozenset(host for host in filled if host) | frozenset(self.other_hosts)

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
        self._by_domain = {domain: provider for provider in providers for domain in provider.all_domains}
        self._by_mx = {suffix: provider for provider in providers for suffix in provider.mx_suffixes}
        self._by_host = defaultdict(list)
        for provider in providers:
            for host in provider.hosts:
                self._by_host[host].append(provider)

    @classmethod
    def load(cls, path: Path = TABLE) -> "ProviderTable":
        """Read the table that comes with the program, or another one."""
        return _loaded(path)

    @property
    def domains(self) -> frozenset[str]:
        """Return the mail domains that a mistyped one may be meant for."""
        return frozenset(domain for provider in self.providers for domain in provider.domains)

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

    def by_host(self, host: str, domain: str = "") -> Provider | None:
        """Return the provider one of whose servers has this name.

        One server may serve a provider's own addresses and customers' domains
        on different terms: `domain` is that of the address.
        """
        rows = self._by_host.get(host.lower(), [])
        own = (row for row in rows if domain.lower() in row.all_domains)
        customers = (row for row in rows if domain and row.mx_suffixes)
        return next(own, None) or next(customers, None) or next(iter(rows), None)


@cache
def _loaded(path: Path) -> ProviderTable:
    with path.open("rb") as file:
        rows = tomllib.load(file)["provider"]
    return ProviderTable([_provider(row) for row in rows])


def _provider(row: dict[str, Any]) -> Provider:
    return Provider(
        name=row["name"],
        domains=tuple(row.get("domains", ())),
        rare_domains=tuple(row.get("rare_domains", ())),
        mx_suffixes=tuple(row.get("mx", ())),
        servers=tuple(_server(protocol, text) for protocol in SERVICES for text in row.get(protocol, ())),
        other_hosts=tuple(row.get("other_hosts", ())),
        hints=tuple(_hint(text) for text in row.get("hints", ())),
        sources=tuple(row["sources"]),
        differs=row.get("differs"),
        facts_of=row["facts_of"].isoformat(),
    )


def _server(protocol: str, text: str) -> ServerSettings:
    place, security, *username = text.split()
    host, _, port = place.rpartition(":")
    form = USERNAMES[username[0] if username else "address"]
    return ServerSettings(SERVICES[protocol], host, int(port), Security(security), form)


def _hint(text: str) -> Hint:
    kind, *page = text.split()
    return Hint(HintKind(kind), page[0] if page else None)


def _for_address(server: ServerSettings, address: str) -> ServerSettings:
    """Fill the placeholders; the table's test sees to it that there are no others than those of an address."""
    username = None if server.username is None else filled_in(server.username, address)
    host = filled_in(server.host, address) if "%" in server.host else server.host
    return replace(server, host=(host or server.host).lower(), username=username)
