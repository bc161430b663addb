"""`mailroom serve` of another version: told to the administrators once; a failed upgrade says so and starts nothing."""

import sqlite3
from contextlib import closing

from alembic import command

from tests.browser.served import Served
from tests.cli.commands import Terminal
from webapp.storage.database import make_engine, migration_config
from webapp.version import own_version

PASSWORD = "right horse, left stable\n"


def rows(server: Served, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(server.database)) as database:
        return database.execute(query).fetchall()


def notices(server: Served) -> list[tuple[object, ...]]:
    return rows(server, "SELECT kind, subject FROM notices")


def test_another_version_is_told_at_its_first_start_only(terminal: Terminal) -> None:
    terminal.run("users", "add", "anna", "--admin", "--password-stdin", typed=PASSWORD)
    with Served(terminal.instance) as server:
        assert notices(server) == []
        server.stop()
        with closing(sqlite3.connect(server.database)) as database:
            database.execute("UPDATE program_state SET version = '0.0.9'")
            database.commit()

        server.start()
        assert notices(server) == [("upgraded", own_version())]
        server.stop()
        server.start()

        assert notices(server) == [("upgraded", own_version())]
    assert rows(server, "SELECT action FROM journal WHERE action = 'program-upgraded'") == [("program-upgraded",)]
    assert server.log.read_text() == ""


def test_an_upgrade_that_fails_starts_nothing_and_changes_nothing(terminal: Terminal) -> None:
    terminal.instance.mkdir()
    file = terminal.instance / "mailroom.sqlite"
    engine = make_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        command.upgrade(migration_config(connection), "0004")
        connection.exec_driver_sql("CREATE TABLE notices (id INTEGER)")  # in the way of what is to come
        connection.commit()
    engine.dispose()

    result = terminal.run("serve")

    assert result.exit_code == 1
    assert "the database could not be brought up to date; nothing was changed" in result.output
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]
        assert database.execute("SELECT name FROM sqlite_master WHERE name = 'blobs'").fetchall() == []
