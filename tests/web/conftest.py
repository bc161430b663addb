"""A Mailroom of its own for every test that needs one: a fresh instance folder, a fresh database, a client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.visitor import Visitor
from webapp import create_app
from webapp.instance import open_instance
from webapp.settings import load
from webapp.storage.database import upgrade
from webapp.web.extensions import db, runner


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the settings of the test's Mailroom; a test may override this fixture or add to it."""
    return {"MAILROOM_INSTANCE": str(tmp_path / "instance"), "MAILROOM_ISPDB_URL": ""}


@pytest.fixture
def app(environment: dict[str, str]) -> Iterator[Flask]:
    """Return an application with an empty database."""
    app = create_app(open_instance(load(environment)))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False  # the page of a 500 is a behaviour too
    with app.app_context():
        upgrade(db.engine)
    yield app
    with app.app_context():
        runner().shutdown()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without JavaScript, without a session."""
    return app.test_client()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Return somebody who has not signed in; forms are filled and sent as a browser does, tokens included."""
    return Visitor(app)


@pytest.fixture
def admin(app: Flask) -> Visitor:
    """Return a signed-in administrator called anna."""
    return Visitor(app).who_is("anna", "Анна Петрова", is_admin=True)


@pytest.fixture
def colleague(app: Flask) -> Visitor:
    """Return a signed-in person called boris who administers nothing."""
    return Visitor(app).who_is("boris", "Борис Иванов")
