"""Opens the database: the settings SQLite needs to serve several threads and processes, and the migrations."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 5000


class BrokenMigration(Exception):
    """A migration would have left rows pointing at nothing, so it was not done."""


def make_engine(url: str) -> Engine:
    """Return an engine ready for use."""
    return prepare_engine(create_engine(url))


def prepare_engine(engine: Engine) -> Engine:
    """Make every SQLite connection of the engine ready; other databases need nothing."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "connect", _prepare_sqlite):
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # A transaction that starts with reading and then writes fails at once ("database is locked") when anybody
    # wrote in between, and the runner writes all the time. With IMMEDIATE a write waits for its turn, and
    # reads before it are not part of the transaction.
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _switch_to_wal(connection)
    for pragma in (
        "synchronous = NORMAL",  # safe in WAL: a power cut may lose the last commits, never the file
        "foreign_keys = ON",
        "secure_delete = ON",  # wiped secrets leave no bytes in free pages, not even as ciphertext
    ):
        connection.execute(f"PRAGMA {pragma}")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch the journal; the file remembers it. SQLite answers a new file's second switcher "locked" at once."""
    give_up_at = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)


def upgrade(engine: Engine) -> None:
    """Bring the tables up to date; of several processes starting at once, one works and the others wait."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            _upgrade_sqlite(connection)
        else:
            _run_migrations(connection)
            connection.commit()


def migration_config(connection: Connection) -> Config:
    """Return what Alembic needs to know to work on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade_sqlite(connection: Connection) -> None:
    """Migrate in one transaction, with foreign keys off: batch mode drops tables, and that would cascade."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("an SQLite engine without an sqlite3 connection")
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        # sqlite3 starts transactions for INSERT and UPDATE only, not for CREATE TABLE: start it ourselves.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _run_migrations(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise BrokenMigration(f"{len(broken)} rows would point at nothing")
        connection.commit()
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys = ON")


def _run_migrations(connection: Connection) -> None:
    command.upgrade(migration_config(connection), "head")
