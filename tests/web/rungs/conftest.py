"""One application for all ways of a file: what they leave behind are ended runs of other addresses."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.compiled import compiled_app
from tests.web.rungs.premises import Premises
from webapp.instance import open_instance
from webapp.settings import load
from webapp.web.extensions import db


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory, empty_instance: Path) -> Iterator[Premises]:
    """Return an application whose runs meet scripted servers only, with a person signed in."""
    instance = tmp_path_factory.mktemp("rungs") / "instance"
    shutil.copytree(empty_instance, instance)
    settings = {"MAILROOM_INSTANCE": str(instance), "MAILROOM_ISPDB_URL": "", "MAILROOM_TIME_ZONE": "UTC"}
    app = compiled_app(open_instance(load(settings)))
    app.testing = True
    premises = Premises(app)
    yield premises
    premises.runner.shutdown()
    with app.app_context():
        db.engine.dispose()
