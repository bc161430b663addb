"""A Mailroom of its own for every test that needs one: a fresh instance folder, a fresh database, a client."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.compiled import compiled_app
from tests.web.desk import Desk
from tests.web.visitor import Visitor
from webapp.instance import open_instance
from webapp.settings import load
from webapp.storage.database import make_engine, upgrade
from webapp.web.extensions import db, runner


@pytest.fixture(scope="session")
def empty_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance with keys and an empty database, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("empty") / "instance"
    settings = open_instance(load({"MAILROOM_INSTANCE": str(folder)}))
    engine = make_engine(str(settings.database_url))
    upgrade(engine)
    engine.dispose()
    return folder


@pytest.fixture(scope="session")
def silent_names() -> Iterator[str]:
    """Return a name server that never answers: a search begins, stays at its beginning and asks nobody else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{door.getsockname()[1]}"


@pytest.fixture
def environment(tmp_path: Path, silent_names: str) -> dict[str, str]:
    """Return the settings of the test's Mailroom; a test may override this fixture or add to it."""
    return {
        "MAILROOM_INSTANCE": str(tmp_path / "instance"),
        "MAILROOM_ISPDB_URL": "",
        "MAILROOM_DNS_SERVERS": silent_names,
        "MAILROOM_TIME_ZONE": "UTC",  # whatever the machine's own is
    }


@pytest.fixture
def app(environment: dict[str, str], empty_instance: Path) -> Iterator[Flask]:
    """Return an application with an empty database."""
    shutil.copytree(empty_instance, environment["MAILROOM_INSTANCE"])
    app = compiled_app(open_instance(load(environment)))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False  # the page of a 500 is a behaviour too
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


@pytest.fixture
def desk(app: Flask, admin: Visitor) -> Desk:
    """Return the administrator's desk: drafts and runs can be laid on it."""
    return Desk(app, admin.user_id)
