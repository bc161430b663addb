"""Shares out among the processes of a run what each of them would do: pytest's rewriting of the asserts of all tests.

Rewriting takes most of a collection's time. Every process imports its share of
the tests first, and pytest keeps them rewritten in `__pycache__` for the others.
"""

import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Import this process's share, if all tests are to run; a test that cannot be imported is told of later."""
    process: dict[str, object] = getattr(session.config, "workerinput", {})
    if not process or sys.dont_write_bytecode or session.config.args != session.config.getini("testpaths"):
        return
    number, processes = int(str(process["workerid"]).removeprefix("gw")), int(str(process["workercount"]))
    ignored = [Path(path).absolute() for path in session.config.getoption("ignore") or ()]
    files = [
        file for file in ROOT.glob("tests/**/test_*.py") if not any(file.is_relative_to(folder) for folder in ignored)
    ]
    for file in sorted(files)[number::processes]:
        with suppress(Exception, pytest.skip.Exception):
            import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
