"""Runs that end by what was agreed to before, or was not."""

import pytest

from tests.web.rungs.checking import check
from tests.web.rungs.premises import Premises
from tests.web.rungs.ways import Way
from tests.web.rungs.ways_agreed import WAYS


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_exactly_that_rung_fails(premises: Premises, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    check(premises, way, monkeypatch)
