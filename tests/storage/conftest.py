"""A real SQLite file in WAL mode for every test, made once by the migrations and copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.storage.statements import sharing
from webapp.storage.database import make_engine, upgrade
from webapp.storage.secrets import SecretBox


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "mailroom.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()  # the last connection folds the WAL into the file
    return path


@pytest.fixture
def database_file(migrated_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_file, tmp_path / "mailroom.db"))


@pytest.fixture
def engine(database_file: Path) -> Iterator[Engine]:
    engine = sharing(make_engine(f"sqlite:///{database_file}"))
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture(scope="session")
def box() -> SecretBox:
    return SecretBox((SecretBox.new_key(),))
