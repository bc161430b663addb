"""Settings: what the environment may say, and what happens when it says something else."""

import re
from base64 import urlsafe_b64encode
from ipaddress import ip_network
from pathlib import Path

import pytest

from webapp.net.resolver import NameServer
from webapp.setting_values import Listen
from webapp.settings import ISPDB, PREFIX, SETTINGS, Settings, SettingsError, load, table, unknown_names

README = Path(__file__).parent.parent / "README.md"
# Always the same, since they are part of test names and the workers of a parallel run must agree on those.
KEY = urlsafe_b64encode(b"k" * 32).decode()
OTHER_KEY = urlsafe_b64encode(b"o" * 32).decode()


def sentences(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        load(environ)
    return refused.value.sentences


def test_nothing_needs_to_be_set() -> None:
    settings = load({})

    assert settings == Settings()
    assert (settings.listen, settings.ispdb_url, settings.trusted_proxies) == (Listen("127.0.0.1", 8000), ISPDB, 0)
    assert not settings.plain_http


def test_every_setting_of_the_issue_exists_and_no_other() -> None:
    names = {entry.name.removeprefix(PREFIX) for entry in SETTINGS}

    assert names == {
        "INSTANCE",
        "DATABASE_URL",
        "LISTEN",
        "PUBLIC_URL",
        "SECRET_KEY",
        "MAIL_KEYS",
        "DNS_SERVERS",
        "CA_FILE",
        "ALLOWED_NETWORKS",
        "ISPDB_URL",
        "TRUSTED_PROXIES",
        "PLAIN_HTTP",
        "TIME_ZONE",
        "LOG_LEVEL",
        "WORKER",  # issue 6
    }
    assert {entry.name.removeprefix(PREFIX) for entry in SETTINGS if entry.secret} == {
        "DATABASE_URL",
        "SECRET_KEY",
        "MAIL_KEYS",
    }


def test_the_readme_has_the_table_of_settings() -> None:
    assert table() in README.read_text(encoding="utf-8"), "put the output of webapp.settings.table() into README.md"


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("LISTEN", "localhost:8080", "listen", Listen("localhost", 8080)),
        ("LISTEN", "[::1]:0", "listen", Listen("::1", 0)),
        ("PUBLIC_URL", "https://Mail.Example.org/", "public_url", "https://mail.example.org"),
        ("PUBLIC_URL", "http://10.0.0.5:8080", "public_url", "http://10.0.0.5:8080"),
        ("PUBLIC_URL", "https://mail.example.org:443", "public_url", "https://mail.example.org"),
        ("PUBLIC_URL", "https://почта.рф", "public_url", "https://xn--80a1acny.xn--p1ai"),
        ("PUBLIC_URL", "https://[2001:DB8::1]:8443/", "public_url", "https://[2001:db8::1]:8443"),
        ("MAIL_KEYS", f"{KEY}, {OTHER_KEY}", "mail_keys", (KEY, OTHER_KEY)),
        ("DNS_SERVERS", "192.0.2.1", "dns_servers", (NameServer("192.0.2.1"),)),
        (
            "DNS_SERVERS",
            "192.0.2.1:5353, 2001:db8::1 [2001:db8::2]:54 [2001:db8::3]",
            "dns_servers",
            (
                NameServer("192.0.2.1", 5353),
                NameServer("2001:db8::1"),
                NameServer("2001:db8::2", 54),
                NameServer("2001:db8::3"),
            ),
        ),
        (
            "ALLOWED_NETWORKS",
            "10.0.0.0/8,fd00::/8 127.0.0.1",
            "allowed_networks",
            (ip_network("10.0.0.0/8"), ip_network("fd00::/8"), ip_network("127.0.0.1")),
        ),
        ("ISPDB_URL", "https://ispdb.test/v1.1", "ispdb_url", "https://ispdb.test/v1.1/"),
        ("ISPDB_URL", "", "ispdb_url", None),
        ("TRUSTED_PROXIES", "2", "trusted_proxies", 2),
        ("TRUSTED_PROXIES", "", "trusted_proxies", 0),
        ("PLAIN_HTTP", "Yes", "plain_http", True),
        ("PLAIN_HTTP", "0", "plain_http", False),
        ("TIME_ZONE", "Europe/Moscow", "time_zone", "Europe/Moscow"),
        ("TIME_ZONE", "", "time_zone", None),
        ("LOG_LEVEL", "DEBUG", "log_level", "debug"),
    ],
)
def test_a_value_is_read(name: str, text: str, field: str, value: object) -> None:
    assert getattr(load({PREFIX + name: text}), field) == value


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("LISTEN", "8000", "host:port"),
        ("LISTEN", "127.0.0.1:99999", "port"),
        ("LISTEN", "::1:8000", "host:port"),
        ("PUBLIC_URL", "mail.example.org", "https://mail.example.org"),
        ("PUBLIC_URL", "https://example.org/mail", "a path is not supported"),
        ("PUBLIC_URL", "https://me@example.org", "address people open"),
        ("PUBLIC_URL", "https://example.org:port", "address people open"),
        ("SECRET_KEY", "secret", "at least 32"),
        ("DATABASE_URL", "mailroom.sqlite", "address of a database"),
        ("DATABASE_URL", "nosuchdatabase://host/name", "address of a database"),
        ("DATABASE_URL", "mysql+nosuchdriver://host/name", "address of a database"),
        ("MAIL_KEYS", "secret", "base64"),
        ("MAIL_KEYS", ",", "at least one key"),
        ("DNS_SERVERS", "dns.example.org", "IP address"),
        ("DNS_SERVERS", "192.0.2.1:dns", "port"),
        ("CA_FILE", "/does/not/exist.pem", "cannot be read"),
        ("CA_FILE", str(README), "PEM"),
        ("ALLOWED_NETWORKS", "10.0.0.1/8", "host bits"),
        ("ISPDB_URL", "http://ispdb.test/", "https://"),
        ("TRUSTED_PROXIES", "-1", "0 or more"),
        ("PLAIN_HTTP", "perhaps", "yes or no"),
        ("TIME_ZONE", "Europe/Moskva", "no time zone such as Europe/Moscow"),
        ("TIME_ZONE", "europe/samara", "the nearest known name is Europe/Samara"),
        ("TIME_ZONE", "Europe", "no time zone"),
        ("TIME_ZONE", "/etc/localtime", "no time zone"),
        ("LOG_LEVEL", "loud", "debug, info"),
    ],
)
def test_a_value_nobody_can_run_with_is_refused_in_a_sentence(name: str, text: str, words: str) -> None:
    (sentence,) = sentences({PREFIX + name: text})

    assert sentence.startswith(PREFIX + name)
    assert words in sentence


def test_a_zone_that_is_set_is_the_one_moments_are_shown_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Omsk")

    assert load({}).zone.key == "Asia/Omsk"
    assert load({"MAILROOM_TIME_ZONE": "Europe/Moscow"}).zone.key == "Europe/Moscow"


def test_everything_wrong_is_said_at_once() -> None:
    found = sentences({"MAILROOM_LISTEN": "x", "MAILROOM_LOG_LEVEL": "x", "MAILROOM_TRUSTED_PROXIES": "x"})

    assert len(found) == 3


def test_a_secret_comes_from_the_file_its_twin_names(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{'k' * 40}\n")

    assert load({"MAILROOM_SECRET_KEY_FILE": str(file)}).secret_key == "k" * 40


def test_a_secret_and_its_twin_together_are_refused(tmp_path: Path) -> None:
    (sentence,) = sentences({"MAILROOM_SECRET_KEY_FILE": str(tmp_path), "MAILROOM_SECRET_KEY": "k" * 40})

    assert "not both" in sentence


def test_a_missing_secret_file_is_named(tmp_path: Path) -> None:
    (sentence,) = sentences({"MAILROOM_MAIL_KEYS_FILE": str(tmp_path / "nowhere")})

    assert "nowhere" in sentence


def test_no_refusal_repeats_a_secret() -> None:
    assert "hunter2" not in " ".join(sentences({"MAILROOM_SECRET_KEY": "hunter2", "MAILROOM_MAIL_KEYS": "hunter2"}))


def test_settings_do_not_show_their_secrets() -> None:
    settings = load(
        {"MAILROOM_SECRET_KEY": "k" * 40, "MAILROOM_MAIL_KEYS": KEY, "MAILROOM_DATABASE_URL": "sqlite:////pw.sqlite"}
    )

    assert not re.search(f"kkkk|{re.escape(KEY)}|pw", repr(settings))


def test_an_unknown_name_is_warned_of_with_the_nearest_known_one() -> None:
    (warning,) = unknown_names({"MAILROOM_ALLOW_NETWORK": "10.0.0.0/8", "MAILROOM_SECRET_KEY_FILE": "x", "HOME": "/"})

    assert "MAILROOM_ALLOW_NETWORK " in warning
    assert "MAILROOM_ALLOWED_NETWORKS" in warning


@pytest.mark.parametrize(
    "environ",
    [
        {"MAILROOM_LISTEN": "0.0.0.0:8000"},
        {"MAILROOM_LISTEN": "[::]:8000"},
        {"MAILROOM_LISTEN": "mail.example.org:8000"},
        {"MAILROOM_LISTEN": "0.0.0.0:8000", "MAILROOM_TRUSTED_PROXIES": "1"},
        {"MAILROOM_LISTEN": "0.0.0.0:8000", "MAILROOM_PUBLIC_URL": "https://mail.example.org"},
    ],
)
def test_listening_beyond_this_machine_without_tls_is_refused(environ: dict[str, str]) -> None:
    (sentence,) = sentences(environ)

    assert "MAILROOM_PLAIN_HTTP=yes" in sentence


@pytest.mark.parametrize(
    "environ",
    [
        {"MAILROOM_LISTEN": "0.0.0.0:8000", "MAILROOM_PLAIN_HTTP": "yes"},
        {
            "MAILROOM_LISTEN": "0.0.0.0:8000",
            "MAILROOM_TRUSTED_PROXIES": "1",
            "MAILROOM_PUBLIC_URL": "https://mail.example.org",
        },
        {"MAILROOM_LISTEN": "127.0.0.2:8000"},
        {"MAILROOM_LISTEN": "[::1]:8000"},
    ],
)
def test_listening_is_allowed_where_nobody_can_read_along(environ: dict[str, str]) -> None:
    assert load(environ).listen.port == 8000
