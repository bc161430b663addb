"""What every command starts from: the settings of the environment, complete, with the database ready."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from webapp.instance import open_instance
from webapp.settings import Settings, SettingsError, load, unknown_names
from webapp.storage.database import BrokenMigration, make_engine, upgrade
from webapp.storage.schema import SchemaState, schema_state


def effective_settings() -> Settings:
    """Return the settings this process runs with; say what is wrong with them and end if it cannot."""
    for warning in unknown_names(os.environ):
        click.echo(f"Warning: {warning}", err=True)
    try:
        return open_instance(load(os.environ))
    except SettingsError as error:
        raise click.ClickException("\n       ".join(error.sentences)) from None


def upgrade_or_end(engine: Engine) -> int | None:
    """Bring the tables up to date, or say why this database cannot be used.

    Returns how many milliseconds it took, None if there was nothing to do.
    """
    state, began = None, time.monotonic()
    try:
        state = schema_state(engine)
        if state is SchemaState.NEWER:
            raise click.ClickException("the database is of a newer version of Mailroom; nothing was changed")
        upgrade(engine)
    except (SQLAlchemyError, BrokenMigration) as error:
        cause = getattr(error, "orig", None) or error
        what = "cannot be opened" if state is None else "could not be brought up to date; nothing was changed"
        raise click.ClickException(f"the database {what}: {type(cause).__name__}: {cause}") from None
    return None if state is SchemaState.CURRENT else round((time.monotonic() - began) * 1000)


@contextmanager
def private_files() -> Iterator[None]:
    """Have every file made meanwhile readable by its owner only: SQLite makes the database, its WAL, its index."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def database_session(settings: Settings) -> Iterator[Session]:
    """Open the database, upgraded, for one command; committed at the end if nothing broke."""
    engine = make_engine(str(settings.database_url))
    try:
        with private_files():
            upgrade_or_end(engine)
            with sessionmaker(engine).begin() as session:
                yield session
    finally:
        engine.dispose()
