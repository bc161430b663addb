"""Rows that must exist once, however many write them at the same moment."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.storage.base import Base, rows_of


def inserted_once(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert a row; False: it was there already. Begins with writing, so it waits for whoever writes just now."""
    return rows_of(session.connection().execute(_insert(_dialect(session), model), values)) == 1


def insert_all_once(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, many in one go; those that are there already stay as they are."""
    if rows:
        session.connection().execute(_insert(_dialect(session), model), rows)


def id_inserted_once(session: Session, model: type[Base], **values: Any) -> int | None:
    """Insert a row and return its number; None: it was there already."""
    insert = _insert(_dialect(session), model, with_id=True)
    return cast("int | None", session.connection().execute(insert, values).scalar())


@cache  # letters come by the thousand, and building a statement takes longer than running it
def _insert(dialect: str, model: type[Base], *, with_id: bool = False) -> Any:
    table = cast("Table", model.__table__)
    once = (postgresql if dialect == "postgresql" else sqlite).insert(table).on_conflict_do_nothing()
    return once.returning(table.c.id) if with_id else once


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
