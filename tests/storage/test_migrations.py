"""The migrations build exactly the tables the models describe."""

import threading
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from webapp.storage.base import Base
from webapp.storage.database import make_engine, upgrade

PROCESSES = 8


def test_migrations_and_models_describe_the_same_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})

        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_an_upgrade_of_an_up_to_date_database_changes_nothing(engine: Engine) -> None:
    upgrade(engine)

    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_processes_that_start_at_once_upgrade_once(tmp_path: Path) -> None:
    engines = [make_engine(f"sqlite:///{tmp_path / 'new.db'}") for _ in range(PROCESSES)]
    start, failures = threading.Barrier(PROCESSES), []

    def upgrade_with_the_others(engine: Engine) -> None:
        start.wait()
        try:
            upgrade(engine)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=upgrade_with_the_others, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert "accounts" in inspect(engines[0]).get_table_names()
    for engine in engines:
        engine.dispose()
