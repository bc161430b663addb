"""Servers that take the test message and do not show it again: a warning, no failure."""

import pytest

from tests.web.rungs.checking import check
from tests.web.rungs.premises import Premises
from tests.web.rungs.ways import Way
from tests.web.rungs.ways_arriving import WAYS


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_exactly_that_rung_warns(premises: Premises, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    check(premises, way, monkeypatch)
