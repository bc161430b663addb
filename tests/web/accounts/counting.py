"""How often a page asks the database."""

from collections.abc import Mapping

from flask import Flask
from sqlalchemy import event

from tests.web.visitor import Visitor
from webapp.web.extensions import db


def queries_of(app: Flask, person: Visitor, path: str, headers: Mapping[str, str] = {}) -> int:
    """Return how often a page asks the database."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert person.open(path, headers).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)
