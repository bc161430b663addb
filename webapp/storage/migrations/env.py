"""Alembic's entry: runs the migrations on the connection that `database.upgrade` hands over. Knows no Flask."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum

import webapp.storage.models  # noqa: F401 -- fills the metadata
from webapp.storage.base import Base, UtcDateTime
from webapp.storage.schema import is_modelled
from webapp.storage.values import Value


def render_plain(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types as what the database sees, so that old migrations never depend on newer code."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if isinstance(item, Value):
        return "sa.JSON()"
    return f"sa.String({item.length})" if isinstance(item, Enum) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table only by copying it
    render_item=render_plain,
    include_name=is_modelled,
)
context.run_migrations()
