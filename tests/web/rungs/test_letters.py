"""Servers that do not take the test message: its sender, its recipient, the letter itself."""

import pytest

from tests.web.rungs.checking import check
from tests.web.rungs.premises import Premises
from tests.web.rungs.ways import Way
from tests.web.rungs.ways_letters import WAYS


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_exactly_that_rung_fails(premises: Premises, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    check(premises, way, monkeypatch)
