"""Rows that must exist once, however many write them at the same moment."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.storage.base import Base, rows_of


def insert_once(session: Session, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that leaves a row alone that is there already."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(model).on_conflict_do_nothing()
    return sqlite.insert(model).on_conflict_do_nothing()


def inserted_once(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert a row; False: it was there already. Begins with writing, so it waits for whoever writes just now."""
    return rows_of(session.execute(insert_once(session, model).values(**values))) == 1
