"""`mailroom doctor` tells what holds once environment and network page are joined."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.cli.commands import Terminal
from tests.office_authority import authorities_in, make
from webapp.instance import DATABASE
from webapp.settings import ISPDB
from webapp.storage.authorities import add_authorities
from webapp.storage.database import make_engine
from webapp.storage.network_settings import change_network
from webapp.storage.users import create_user

NOW = datetime.now(UTC)


@pytest.fixture
def used(terminal: Terminal) -> Terminal:
    """Return a terminal on an instance with tables."""
    terminal.run("users", "list")
    return terminal


def page(terminal: Terminal, networks: tuple[str, ...] = (), online: bool = True, url: str | None = None) -> None:
    """Fill in the network page."""
    engine = make_engine(f"sqlite:///{terminal.instance / DATABASE}")
    with Session(engine) as session:
        change_network(session, create_user(session, "anna"), networks, online, url, 1)
        session.commit()
    engine.dispose()


def test_before_anybody_changed_anything_the_environment_holds(used: Terminal) -> None:
    said = used.run("doctor").output

    assert "no inner network may be connected to" in said
    assert f"provider database asked online: {ISPDB}\n" in said


def test_networks_of_both_are_named_with_who_allowed_them(used: Terminal) -> None:
    used.environment = {"MAILROOM_ALLOWED_NETWORKS": "10.0.0.0/8"}
    page(used, ("192.168.0.0/16", "10.0.0.0/8"))

    said = used.run("doctor").output

    assert "192.168.0.0/16 (network page), 10.0.0.0/8 (MAILROOM_ALLOWED_NETWORKS)" in said


def test_the_page_decides_where_providers_are_looked_up(used: Terminal) -> None:
    page(used, url="https://ispdb.uspeh.test/")

    assert "asked online: https://ispdb.uspeh.test/ (network page)" in used.run("doctor").output


def test_look_ups_switched_off_are_told_with_who_did_it(used: Terminal) -> None:
    used.environment = {"MAILROOM_ISPDB_URL": ""}
    assert "no provider database is asked online (MAILROOM_ISPDB_URL)" in used.run("doctor").output

    page(used, online=False, url="https://ispdb.uspeh.test/")

    assert "no provider database is asked online (network page)" in used.run("doctor").output


def trust(terminal: Terminal, name: str, not_before: datetime, not_after: datetime) -> None:
    """Let an administrator have added an authority on a day it was valid or nearly so."""
    made = make(name, not_before=not_before, not_after=not_after)
    engine = make_engine(f"sqlite:///{terminal.instance / DATABASE}")
    with Session(engine) as session:
        add_authorities(session, create_user(session, name), authorities_in(made.pem, not_before))
        session.commit()
    engine.dispose()


def test_authorities_are_counted(used: Terminal) -> None:
    assert "certificate authorities of the office: none\n" in used.run("doctor").output

    trust(used, "Office", NOW - timedelta(days=9), NOW + timedelta(days=9))

    said = used.run("doctor").output
    assert "ok       certificate authorities of the office: 1 (network page; `mailroom detect` does not" in said
    assert "“Office”" not in said


def test_authorities_that_vouch_for_nobody_are_named(used: Terminal) -> None:
    ended, begins = NOW - timedelta(days=3), NOW + timedelta(days=3)
    trust(used, "Old", NOW - timedelta(days=9), ended)
    trust(used, "New", begins, NOW + timedelta(days=9))

    said = used.run("doctor").output

    assert f"warning  the certificate authority “Old” (network page) expired on {ended:%Y-%m-%d}" in said
    assert f"warning  the certificate authority “New” (network page) is valid from {begins:%Y-%m-%d} only" in said
