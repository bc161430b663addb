"""`mailroom doctor`: effective settings without secrets, and what is wrong with them."""

import datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.cli.commands import Terminal
from webapp.instance import DATABASE, MAIL_KEYS
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.settings import SETTINGS
from webapp.storage.database import make_engine
from webapp.storage.models import IncomingServer
from webapp.storage.secrets import SecretBox, place_of

PASSWORD = "right horse, left stable"


@pytest.fixture
def used(terminal: Terminal) -> Terminal:
    """Return a terminal on an instance with an administrator."""
    terminal.run("users", "add", "anna", "--admin", "--password-stdin", typed=f"{PASSWORD}\n")
    return terminal


def test_a_fresh_machine_is_healthy_and_nothing_is_made(terminal: Terminal) -> None:
    result = terminal.run("doctor")

    assert result.exit_code == 0, result.output
    assert "not filled yet" in result.output
    assert not terminal.instance.exists()


def test_a_used_instance_is_healthy(used: Terminal) -> None:
    result = used.run("doctor")

    assert result.exit_code == 0, result.output
    for words in ("for its owner only", "up to date", "there is an administrator"):
        assert words in result.output


def test_every_setting_is_shown_and_no_secret(used: Terminal) -> None:
    key = Fernet.generate_key().decode()
    used.environment = {
        "MAILROOM_MAIL_KEYS": key,
        "MAILROOM_SECRET_KEY": "k" * 40,
        "MAILROOM_DATABASE_URL": f"sqlite:///{used.instance / DATABASE}",
        "MAILROOM_DNS_SERVERS": "192.0.2.1:5353 2001:db8::1",
        "MAILROOM_ISPDB_URL": "",
    }

    said = used.run("doctor").output

    assert all(entry.name in said for entry in SETTINGS)
    assert "192.0.2.1:5353, [2001:db8::1]:53  (set)" in said
    assert "MAILROOM_ISPDB_URL         off  (set)" in said
    assert "MAILROOM_MAIL_KEYS         set  (set)" in said
    assert key not in said
    assert "kkkk" not in said
    assert "sqlite" not in said


def test_wrong_settings_are_all_named_and_the_command_fails(terminal: Terminal) -> None:
    terminal.environment = {"MAILROOM_LISTEN": "nowhere", "MAILROOM_MAIL_KEYS": "hunter2", "MAILROOM_LISEN": "x"}

    result = terminal.run("doctor")

    assert result.exit_code == 1
    assert "wrong    MAILROOM_LISTEN" in result.output
    assert "wrong    MAILROOM_MAIL_KEYS" in result.output
    assert (
        "warning  MAILROOM_LISEN is no setting of Mailroom; the nearest known name is MAILROOM_LISTEN" in result.output
    )
    assert "hunter2" not in result.output


def test_the_time_zone_is_shown_whoever_decided(terminal: Terminal) -> None:
    terminal.environment = {"TZ": "Asia/Omsk"}
    own = terminal.run("doctor").output
    terminal.environment = {"MAILROOM_TIME_ZONE": "Europe/Moscow"}

    assert "MAILROOM_TIME_ZONE         Asia/Omsk  (default)" in own
    assert "MAILROOM_TIME_ZONE         Europe/Moscow  (set)" in terminal.run("doctor").output


def test_a_time_zone_that_is_none_is_named(terminal: Terminal) -> None:
    terminal.environment = {"MAILROOM_TIME_ZONE": "Moscow"}

    result = terminal.run("doctor")

    assert result.exit_code == 1
    assert "wrong    MAILROOM_TIME_ZONE: 'Moscow' is no time zone such as Europe/Moscow" in result.output


def test_a_warning_alone_is_no_failure(terminal: Terminal) -> None:
    terminal.environment = {"MAILROOM_PUBLIC_URL": "https://mail.example.org", "MAILROOM_ALLOWED_NETWORKS": "0.0.0.0/0"}

    result = terminal.run("doctor")

    assert result.exit_code == 0
    assert result.output.count("\n  warning  ") == 2


def test_an_open_folder_is_wrong(used: Terminal) -> None:
    used.instance.chmod(0o755)
    (used.instance / MAIL_KEYS).chmod(0o644)

    result = used.run("doctor")

    assert result.exit_code == 1
    assert f"chmod go= {used.instance}\n" in result.output
    assert f"chmod go= {used.instance / MAIL_KEYS}\n" in result.output


def test_torn_keys_are_wrong(used: Terminal) -> None:
    (used.instance / MAIL_KEYS).write_text("torn")

    result = used.run("doctor")

    assert result.exit_code == 1
    assert "holds no valid keys" in result.output


@pytest.mark.parametrize(("same_key", "code", "words"), [(True, 0, "open all 1"), (False, 1, "do not open 1 of 1")])
def test_keys_that_do_not_open_the_stored_passwords_are_wrong(
    used: Terminal, same_key: bool, code: int, words: str
) -> None:
    keep_a_password(used.instance)
    if not same_key:
        (used.instance / MAIL_KEYS).write_text(Fernet.generate_key().decode())

    result = used.run("doctor")

    assert result.exit_code == code, result.output
    assert words in result.output


def keep_a_password(instance: Path) -> None:
    """Store a server with a secret."""
    server = IncomingServer(
        protocol=Protocol.IMAP,
        host="imap.example.org",
        port=993,
        security=Security.TLS,
        auth_method=AuthMethod.PASSWORD_CLEARTEXT,
        username="anna",
        proved_at=datetime.datetime.now(datetime.UTC),
    )
    box = SecretBox(((instance / MAIL_KEYS).read_text().strip(),))
    server.secret = box.encrypt("mailbox password", place_of(server.settings()))
    engine = make_engine(f"sqlite:///{instance / DATABASE}")
    with Session(engine) as session:
        session.add(server)
        session.commit()
    engine.dispose()


def test_a_database_of_a_newer_version_is_wrong_and_no_command_touches_it(used: Terminal) -> None:
    engine = make_engine(f"sqlite:///{used.instance / DATABASE}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    engine.dispose()

    assert used.run("doctor").exit_code == 1
    assert "newer version" in used.run("users", "list").output
    assert used.run("users", "list").exit_code == 1


def test_a_file_that_is_no_database_is_wrong(used: Terminal) -> None:
    (used.instance / DATABASE).write_bytes(b"not a database" * 100)

    result = used.run("doctor")

    assert result.exit_code == 1
    assert "cannot be opened" in result.output
    assert used.run("users", "list").exit_code == 1
