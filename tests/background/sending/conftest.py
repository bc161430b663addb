"""A database of its own for every test of sending."""

from tests.storage.conftest import box, database_file, engine, migrated_file, session

__all__ = ["box", "database_file", "engine", "migrated_file", "session"]
