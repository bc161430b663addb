"""`mailroom doctor` tells what holds once environment and network page are joined."""

import pytest
from sqlalchemy.orm import Session

from tests.cli.commands import Terminal
from webapp.instance import DATABASE
from webapp.settings import ISPDB
from webapp.storage.database import make_engine
from webapp.storage.network_settings import change_network
from webapp.storage.users import create_user


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
