"""A terminal for the tests of commands that need no mail servers."""

from pathlib import Path

import pytest

from tests.cli.commands import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Return a terminal on an instance that does not exist yet."""
    return Terminal(tmp_path / "instance")
