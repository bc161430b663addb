"""For developers: write the migration from yesterday's tables to today's models, to be read and corrected.

python -m webapp.storage.new_migration 0002 "Outgoing servers of their own"
"""

import sys
import tempfile
from pathlib import Path

from alembic import command

from webapp.storage.database import make_engine, migration_config, upgrade


def main(number: str, sentence: str) -> None:
    """Compare a fresh database with the models and write down the difference."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'fresh.db'}")
        upgrade(engine)
        with engine.connect() as connection:
            command.revision(migration_config(connection), sentence, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
