"""The built-in table: a provider is found where it belongs, and nowhere else."""

import pytest

from webapp.detection.providers import ProviderTable
from webapp.detection.types import HintKind, Source

TABLE = ProviderTable.load()


@pytest.mark.parametrize(
    ("domain", "host"),
    [
        ("yandex.ru", "imap.yandex.ru"),
        ("YA.RU", "imap.yandex.ru"),
        ("internet.ru", "imap.mail.ru"),
        ("vk.com", "imap.mail.ru"),
        ("lenta.ru", "imap.rambler.ru"),
        ("gmail.com", "imap.gmail.com"),
        ("posteo.nz", "posteo.de"),
        ("inbox.lt", "mail.inbox.lt"),
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
        ("mx00.kundenserver.de", "imap.1und1.de"),
        ("mx-aol.mail.gm0.yahoodns.net", "imap.aol.com"),  # the longer of two rules
        ("mta5.am0.yahoodns.net", "imap.mail.yahoo.com"),
        ("mx01.mail.icloud.com", "imap.mail.me.com"),
    ],
)
def test_a_hoster_is_found_by_its_mx_name(mx: str, host: str) -> None:
    provider = TABLE.by_mx(mx)

    assert provider is not None
    assert host in provider.hosts


@pytest.mark.parametrize(
    "mx", ["evilmx.yandex.net", "mx.yandex.net.example", "notl.google.com", "google.com", "ovh.net", "net", ""]
)
def test_mx_names_are_compared_label_by_label(mx: str) -> None:
    assert TABLE.by_mx(mx) is None


@pytest.mark.parametrize(
    ("host", "domain", "name"),
    [
        ("mail.jino.ru", "uspeh.ru", "Джино"),
        ("IMAP.yandex.com", "yandex.ru", "Яндекс Почта"),
        ("imap.yandex.ru", "uspeh.ru", "Яндекс 360"),
        ("imap.gmail.com", "gmail.com", "Gmail"),
        ("imap.gmail.com", "uspeh.ru", "Google Workspace"),
        ("imap.mail.me.com", "", "iCloud"),
        ("mail.inbox.eu", "inbox.eu", "Inbox.lv"),
    ],
)
def test_a_provider_is_found_by_the_host_somebody_types(host: str, domain: str, name: str) -> None:
    provider = TABLE.by_host(host, domain)

    assert provider is not None
    assert provider.name == name


@pytest.mark.parametrize("host", ["imap.example.com", "evil-imap.yandex.ru", "mail.%EMAILDOMAIN%", ""])
def test_a_host_nobody_has_is_nobodys(host: str) -> None:
    assert TABLE.by_host(host, "uspeh.ru") is None


@pytest.mark.parametrize(
    ("address", "incoming", "outgoing"),
    [
        ("anna@icloud.com", "anna", "anna@icloud.com"),
        ("anna@web.de", "anna", "anna"),
        ("anna@yandex.ru", "anna@yandex.ru", "anna@yandex.ru"),
        ("an%EMAILDOMAIN%na@mail.ru", "an%EMAILDOMAIN%na@mail.ru", "an%EMAILDOMAIN%na@mail.ru"),
    ],
)
def test_login_names_take_the_form_the_provider_wants(address: str, incoming: str, outgoing: str) -> None:
    provider = TABLE.by_domain(address.rpartition("@")[2])
    assert provider is not None

    config = provider.config(address, Source.PROVIDER_TABLE, trusted=True)

    assert config.incoming[0].username == incoming
    assert config.outgoing[0].username == outgoing


def test_the_login_name_of_an_own_domain_in_icloud_is_not_made_up() -> None:
    provider = TABLE.by_mx("mx02.mail.icloud.com")
    assert provider is not None

    config = provider.config("anna@uspeh.ru", Source.MX, trusted=False)

    assert [server.username for server in (*config.incoming, *config.outgoing)] == [None, None]
    assert HintKind.OTHER_LOGIN_NAME in {hint.kind for hint in config.hints}


@pytest.mark.parametrize(
    ("domain", "hint"),
    [
        ("outlook.com", HintKind.OAUTH_ONLY),
        ("hotmail.com", HintKind.OAUTH_ONLY),
        ("live.com.mx", HintKind.OAUTH_ONLY),
        ("proton.me", HintKind.BRIDGE_ONLY),
        ("tutanota.com", HintKind.NO_MAIL_PROGRAMS),
        ("i.ua", HintKind.NO_MAIL_PROGRAMS),
    ],
)
def test_providers_without_password_logins_are_known(domain: str, hint: HintKind) -> None:
    provider = TABLE.by_domain(domain)

    assert provider is not None
    assert provider.unusable
    assert hint in {told.kind for told in provider.hints}


@pytest.mark.parametrize(
    "mx", ["uspeh-ru.mail.protection.outlook.com", "uspeh-ru.o-v1.mx.microsoft", "mail.protonmail.ch"]
)
def test_a_domain_of_ones_own_without_password_logins_is_known_by_its_mx(mx: str) -> None:
    provider = TABLE.by_mx(mx)

    assert provider is not None
    assert provider.unusable
