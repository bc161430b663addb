"""Lets the databases of a test process share the statements SQLAlchemy has compiled, as one long-lived program does.

Every test has an engine of its own, which would compile each statement anew.
"""

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

MOST = 2000
COMPILED: LRUCache[object, object] = LRUCache(MOST)
FIRST: list[Engine] = []


def sharing(engine: Engine) -> Engine:
    """Return the engine; it knows what the others have compiled. What SQLite's dialect holds is the same for all."""
    if not FIRST:
        FIRST.append(engine)
        engine.connect().close()  # from now on the dialect knows its SQLite
    engine.dialect = FIRST[0].dialect
    engine.update_execution_options(compiled_cache=COMPILED)
    return engine
