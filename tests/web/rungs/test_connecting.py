"""Servers that fail on the way to a conversation: name, address, port, TLS."""

import pytest

from tests.web.rungs import ways_connecting, ways_tls
from tests.web.rungs.checking import check
from tests.web.rungs.premises import Premises
from tests.web.rungs.ways import Way


@pytest.mark.parametrize("way", [*ways_connecting.WAYS, *ways_tls.WAYS], ids=str)
def test_exactly_that_rung_fails(premises: Premises, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    check(premises, way, monkeypatch)
