"""A runner on a real database file, with the real engine unless a test says otherwise."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy.orm import Session, sessionmaker

from tests.background.office import Office
from tests.storage.conftest import box, database_file, engine, migrated_file, session
from webapp.storage.secrets import SecretBox

__all__ = ["box", "database_file", "engine", "migrated_file", "session"]


@pytest.fixture
def make_office(engine: DatabaseEngine, session: Session, box: SecretBox) -> Iterator[Callable[..., Office]]:
    """Return a maker of offices: processes that share one database. All are shut down at the end."""
    offices: list[Office] = []

    def make(**kinds: object) -> Office:
        offices.append(Office(sessionmaker(engine), session, box, **kinds))  # type: ignore[arg-type]
        return offices[-1]

    yield make
    for office in offices:
        office.runner.shutdown()


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    """Return an office with the real engine."""
    return make_office()
