"""What a Flask application of Mailroom holds: database, sign-in, CSRF, translations, and the parts behind the pages."""

from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase, sessionmaker

from webapp.background.refusals import StoredRefusals
from webapp.background.runner import Runner
from webapp.background.worker import Means
from webapp.office_surroundings import OfficeSurroundings
from webapp.settings import Settings
from webapp.storage.base import Base, utc_now
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
    """What the views need beside the database: made once per application.

    `means` are what the background of the same process works with: both keep
    one ledger of refused logins and one network.
    """

    settings: Settings
    box: SecretBox
    runner: Runner
    means: Means


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
    refusals = StoredRefusals(utc_now)
    work = Means(session_factory, secret_box, surroundings.network, refusals, utc_now, settings.zone)
    run = Runner(session_factory, secret_box, surroundings, refusals=refusals)
    app.extensions[NAME] = Parts(settings, secret_box, run, work)
