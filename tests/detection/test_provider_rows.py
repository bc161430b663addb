"""Every row of the built-in table is whole, sourced, and in nobody's way."""

import re
import tomllib
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from tests.each import of_each
from webapp.detection.providers import TABLE as FILE
from webapp.detection.providers import Provider, ProviderTable
from webapp.detection.types import HintKind, Source
from webapp.mail.settings import STANDARD_PORTS, AuthMethod, Protocol, Security
from webapp.net.domains import to_a_label

TABLE = ProviderTable.load()
ROWS: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["provider"]
KEYS = frozenset("name domains rare_domains mx imap pop3 smtp other_hosts hints sources differs facts_of".split())
SOURCE = re.compile(
    r"ispdb:[a-z0-9.-]+|deltachat:[a-z0-9.-]+@20\d\d|emailengine|thunderbird-oauth|provider-page|pages-20\d\d-\d\d|programs"
)


def row_id(row: dict[str, Any] | Provider) -> str:
    """Name a test after its row; one provider may have several."""
    if isinstance(row, Provider):
        return f"{row.name}-{(*row.all_domains, *row.mx_suffixes, *sorted(row.hosts))[0]}"
    return f"{row['name']}-{[*row.get('domains', []), *row.get('rare_domains', []), *row.get('mx', []), ''][0]}"


every_row = of_each(ROWS, row_id)
every_provider = of_each(TABLE.providers, row_id)


def test_the_table_is_as_large_as_it_should_be() -> None:
    names = {provider.name for provider in TABLE.providers}
    domains = sum(len(provider.all_domains) for provider in TABLE.providers)
    suffixes = sum(len(provider.mx_suffixes) for provider in TABLE.providers)

    print(f"{len(names)} providers in {len(TABLE.providers)} rows, {domains} domains, {suffixes} MX names")

    assert len(names) >= 60
    assert domains >= 200


@every_row
def test_a_row_says_nothing_the_reader_does_not_read(row: dict[str, Any]) -> None:
    assert row.keys() <= KEYS
    assert row["name"].strip() == row["name"] != ""


@every_row
def test_a_row_names_its_sources_and_their_day(row: dict[str, Any]) -> None:
    assert row["sources"]
    assert all(SOURCE.fullmatch(source) for source in row["sources"])
    assert len(row["sources"]) == len(set(row["sources"]))
    assert date(2026, 1, 1) <= row["facts_of"] <= date.today()


@every_row
def test_an_instruction_is_well_formed_and_its_page_is_sourced(row: dict[str, Any]) -> None:
    kinds = [hint.split()[0] for hint in row.get("hints", [])]

    assert [HintKind(kind).value for kind in kinds] == kinds
    assert len(kinds) == len(set(kinds))
    for hint in row.get("hints", []):
        _, *page = hint.split(" ")
        if page:
            url, seen_in = page
            assert urlsplit(url).scheme == "https"
            assert urlsplit(url).hostname
            assert seen_in in row["sources"]


@every_row
def test_only_a_row_with_an_ispdb_file_can_differ_from_it(row: dict[str, Any]) -> None:
    assert "differs" not in row or any(source.startswith("ispdb:") for source in row["sources"])


@every_provider
def test_names_are_a_labels_in_lower_case(provider: Provider) -> None:
    for name in (*provider.all_domains, *provider.mx_suffixes, *provider.hosts):
        assert to_a_label(name) == name
    assert provider.all_domains or provider.mx_suffixes or provider.hosts


@every_provider
def test_servers_are_encrypted_and_on_the_port_of_their_protocol(provider: Provider) -> None:
    for server in provider.servers:
        assert server.security is not Security.NONE
        assert server.port == STANDARD_PORTS[server.protocol, server.security]
    assert len({server.endpoint for server in provider.servers}) == len(provider.servers)


@every_provider
def test_a_row_serves_both_directions_or_says_why_nobody_gets_in(provider: Provider) -> None:
    protocols = {server.protocol for server in provider.servers}

    assert {Protocol.IMAP, Protocol.SMTP} <= protocols or (not protocols and provider.unusable)


@every_provider
def test_a_row_reads_into_the_configuration_of_an_address(provider: Provider) -> None:
    domain = (*provider.all_domains, "uspeh.ru")[0]

    config = provider.config(f"anna@{domain}", Source.PROVIDER_TABLE, trusted=True)

    assert config.provider_name == provider.name
    assert config.hints == provider.hints
    assert len(config.incoming) + len(config.outgoing) == len(provider.servers)
    for server in (*config.incoming, *config.outgoing):
        assert "%" not in server.host
        assert server.username in (f"anna@{domain}", "anna", None)
        assert server.auth_methods == (AuthMethod.PASSWORD_CLEARTEXT,)
        assert TABLE.by_host(server.host, domain) is not None


@every_provider
def test_every_host_of_a_row_leads_back_to_its_provider(provider: Provider) -> None:
    for domain in provider.all_domains:
        for host in provider.hosts:
            found = TABLE.by_host(host, domain)
            assert found is provider
    for host in provider.hosts:
        anyone = TABLE.by_host(host, "uspeh.ru")
        assert anyone is not None
        assert host in anyone.hosts


def test_no_domain_and_no_mx_name_is_listed_twice() -> None:
    domains = [domain for provider in TABLE.providers for domain in provider.all_domains]
    suffixes = [suffix for provider in TABLE.providers for suffix in provider.mx_suffixes]

    assert len(domains) == len(set(domains))
    assert len(suffixes) == len(set(suffixes))


@every_provider
def test_no_domain_is_another_rows_by_the_rules_for_mx_names(provider: Provider) -> None:
    for domain in provider.all_domains:
        assert TABLE.by_domain(domain) is provider
        assert TABLE.by_mx(domain) in (None, provider)


@every_provider
def test_an_mx_name_is_its_own_rows_even_under_a_shorter_rule_of_another(provider: Provider) -> None:
    for suffix in provider.mx_suffixes:
        assert TABLE.by_mx(suffix) is provider
        assert TABLE.by_mx(f"mx1.{suffix}") is provider
