"""The built-in table: its rows are usable, and found only where they belong."""

import pytest

from webapp.detection.providers import ProviderTable
from webapp.detection.types import HintKind, Source
from webapp.mail.settings import Protocol, Security
from webapp.net.domains import to_a_label
from webapp.net.guard import MAIL_PORTS

TABLE = ProviderTable.load()


@pytest.mark.parametrize("provider", TABLE.providers, ids=lambda provider: provider.name)
def test_every_row_is_whole(provider: object) -> None:
    from webapp.detection.providers import Provider

    assert isinstance(provider, Provider)
    assert provider.domains or provider.mx_suffixes
    assert provider.facts_from
    assert provider.facts_of.startswith("20")
    for name in (*provider.domains, *provider.mx_suffixes, *(server.host for server in provider.servers)):
        assert to_a_label(name) == name
    for server in provider.servers:
        assert server.port in MAIL_PORTS
        assert server.security is not Security.NONE
    if not provider.unusable:
        assert {Protocol.IMAP, Protocol.SMTP} <= {server.protocol for server in provider.servers}


def test_no_domain_and_no_mx_name_is_listed_twice() -> None:
    domains = [domain for provider in TABLE.providers for domain in provider.domains]
    suffixes = [suffix for provider in TABLE.providers for suffix in provider.mx_suffixes]

    assert len(domains) == len(set(domains))
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize(
    ("domain", "host"),
    [
        ("yandex.ru", "imap.yandex.ru"),
        ("YA.RU", "imap.yandex.ru"),
        ("internet.ru", "imap.mail.ru"),
        ("lenta.ru", "imap.rambler.ru"),
        ("gmail.com", "imap.gmail.com"),
    ],
)
def test_a_provider_is_found_by_its_domain(domain: str, host: str) -> None:
    provider = TABLE.by_domain(domain)

    assert provider is not None
    assert provider.config(f"anna@{domain}", Source.PROVIDER_TABLE, trusted=True).incoming[0].host == host


@pytest.mark.parametrize(
    ("mx", "host"),
    [
        ("mx.yandex.net", "imap.yandex.ru"),
        ("emx.mail.ru", "imap.mail.ru"),
        ("MX1.timeweb.ru.", "imap.timeweb.ru"),
        ("mx2.beget.com", "imap.beget.com"),
        ("mx1.hosting.reg.ru", "mail.hosting.reg.ru"),
        ("mx01.nicmail.ru", "mail.nic.ru"),
        ("mx1.spaceweb.ru", "imap.spaceweb.ru"),
        ("mx1.masterhost.ru", "imap.masterhost.ru"),
        ("alt1.aspmx.l.google.com", "imap.gmail.com"),
    ],
)
def test_a_hoster_is_found_by_its_mx_name(mx: str, host: str) -> None:
    provider = TABLE.by_mx(mx)

    assert provider is not None
    assert host in {server.host for server in provider.servers}


@pytest.mark.parametrize(
    "mx", ["evilmx.yandex.net", "mx.yandex.net.example", "notl.google.com", "google.com", "net", ""]
)
def test_mx_names_are_compared_label_by_label(mx: str) -> None:
    assert TABLE.by_mx(mx) is None


def test_login_names_take_the_form_the_provider_wants() -> None:
    provider = TABLE.by_domain("icloud.com")
    assert provider is not None

    config = provider.config("anna@icloud.com", Source.PROVIDER_TABLE, trusted=True)

    assert config.incoming[0].username == "anna"
    assert config.outgoing[0].username == "anna@icloud.com"


@pytest.mark.parametrize(
    ("domain", "hint"),
    [
        ("outlook.com", HintKind.OAUTH_ONLY),
        ("hotmail.com", HintKind.OAUTH_ONLY),
        ("proton.me", HintKind.NO_MAIL_PROGRAMS),
        ("tutanota.com", HintKind.NO_MAIL_PROGRAMS),
    ],
)
def test_providers_without_password_logins_are_known(domain: str, hint: HintKind) -> None:
    provider = TABLE.by_domain(domain)

    assert provider is not None
    assert provider.unusable
    assert hint in {told.kind for told in provider.hints}


def test_microsoft_365_is_known_by_its_mx() -> None:
    provider = TABLE.by_mx("uspeh-ru.mail.protection.outlook.com")

    assert provider is not None
    assert provider.unusable
