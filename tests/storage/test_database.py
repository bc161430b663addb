"""Every SQLite connection is ready for several threads and processes."""

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.storage.makers import person
from webapp.storage.models import User

PRAGMAS = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000, "secure_delete": 1, "synchronous": 1}


def test_every_connection_is_prepared(engine: Engine) -> None:
    with engine.connect() as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
        driver = connection.connection.driver_connection

    assert pragmas == PRAGMAS
    assert driver is not None
    assert driver.isolation_level == "IMMEDIATE"


def test_who_has_read_may_write_although_others_wrote_in_between(engine: Engine, session: Session) -> None:
    user_id = person(session).id
    with Session(engine) as reader:
        user = reader.get_one(User, user_id)
        session.execute(text("UPDATE users SET language = 'en'"))
        session.commit()

        user.display_name = "Анна"
        reader.commit()

    session.expire_all()
    both = session.get_one(User, user_id)
    assert (both.display_name, both.language) == ("Анна", "en")
