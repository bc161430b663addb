"""Which schema a database has, and which one this program brings; changes nothing."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from webapp.storage.database import MIGRATIONS

WORDS = "letter_texts"  # SQLite's table of the words in letters, and its own tables behind it


class SchemaState(StrEnum):
    """How a database stands to this program."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"  # or not ours at all: its revision is none of those we know


@dataclass(frozen=True)
class DatabaseFacts:
    """What a report tells of a database: its kind, its version, the revision of its tables."""

    kind: str
    version: str
    schema: str | None


def database_facts(session: Session) -> DatabaseFacts:
    """Return what kind of database this is and how new its tables are."""
    connection = session.connection()
    dialect = connection.dialect
    version = ".".join(str(part) for part in dialect.server_version_info or ())
    return DatabaseFacts(dialect.name, version, MigrationContext.configure(connection).get_current_revision())


def schema_state(engine: Engine) -> SchemaState:
    """Return how the database stands; connects, so database errors come through."""
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory(str(MIGRATIONS))
    if revision is None:
        return SchemaState.EMPTY
    if revision == scripts.get_current_head():
        return SchemaState.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.OLDER if revision in known else SchemaState.NEWER


def is_modelled(name: str | None, kind: str, _parents: Any) -> bool:
    """Tell whether the models describe a table; nothing describes the ones SQLite searches in."""
    return kind != "table" or not (name or "").startswith(WORDS)
