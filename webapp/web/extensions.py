"""What a Flask application of Mailroom holds: database, sign-in, CSRF, translations, and the parts behind the pages."""

from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase, sessionmaker

from webapp.background.runner import Runner
from webapp.office_surroundings import OfficeSurroundings
from webapp.settings import Settings
from webapp.storage.base import Base
from webapp.storage.database import prepare_engine
from webapp.storage.secrets import SecretBox

NAME = "mailroom"


class SharedTables(DeclarativeBase):
    """What Flask-SQLAlchemy insists on deriving its own model class from; our models derive from `Base`."""

    metadata = Base.metadata


db = SQLAlchemy(model_class=SharedTables, disable_autonaming=True)
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()


@dataclass(frozen=True)
class Parts:
    """What the views need beside the database: made once per application."""

    settings: Settings
    box: SecretBox
    runner: Runner


def parts() -> Parts:
    """Return the parts of the application that serves this request."""
    found: Parts = current_app.extensions[NAME]
    return found


def box() -> SecretBox:
    """Return the box that locks mail passwords."""
    return parts().box


def runner() -> Runner:
    """Return the runner of searches and verifications."""
    return parts().runner


def assemble(app: Flask, settings: Settings) -> None:
    """Bind the database and make the parts; opens no connection and starts no thread."""
    db.init_app(app)
    secret_box = SecretBox(settings.mail_keys)

    with app.app_context():
        session_factory = sessionmaker(prepare_engine(db.engine), expire_on_commit=False)
    surroundings = OfficeSurroundings(settings, session_factory)
    app.extensions[NAME] = Parts(settings, secret_box, Runner(session_factory, secret_box, surroundings))
