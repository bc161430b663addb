"""What every command starts from: the settings of the environment, complete, with the database ready."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from webapp.instance import open_instance
from webapp.settings import Settings, SettingsError, load, unknown_names
from webapp.storage.database import make_engine, upgrade
from webapp.storage.schema import SchemaState, schema_state


def effective_settings() -> Settings:
    """Return the settings this process runs with; say what is wrong with them and end if it cannot."""
    for warning in unknown_names(os.environ):
        click.echo(f"Warning: {warning}", err=True)
    try:
        return open_instance(load(os.environ))
    except SettingsError as error:
        raise click.ClickException("\n       ".join(error.sentences)) from None


def upgrade_or_end(engine: Engine) -> None:
    """Bring the tables up to date, or say why this database cannot be used."""
    try:
        if schema_state(engine) is SchemaState.NEWER:
            raise click.ClickException("the database is of a newer version of Mailroom; nothing was changed")
        upgrade(engine)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise click.ClickException(f"the database cannot be opened: {type(cause).__name__}: {cause}") from None


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
