"""People of the office who have not signed in yet."""

import pytest
from flask import Flask

from tests.web.visitor import CHEAP_HASH
from webapp.storage.users import create_user
from webapp.web.extensions import db


@pytest.fixture
def anna(app: Flask) -> None:
    """Make anna, an administrator who can sign in but has not."""
    with app.app_context():
        create_user(db.session(), "anna", "Анна Петрова", is_admin=True).password_hash = CHEAP_HASH
        db.session.commit()
