"""The lab for pytest: loaded by `tests/conftest.py` as `pytest_plugins = ["tests.lab.plugin"]`."""

import os
from collections.abc import Iterator

import pytest

from tests.lab import requirements
from tests.lab.lab import Lab


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the lab, so that `-m "not lab"` leaves it out."""
    for item in items:
        if "lab" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """Return the running lab; each process of a parallel run has its own."""
    lacking = requirements.missing()
    if lacking:
        sentence = f"{lacking} One command enables it: {requirements.ENABLE_TESTS}"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with Lab() as running:
        yield running


@pytest.fixture(autouse=True)
def _lab_as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    """Undo after each test what it scripted in the lab's DNS and web hosts."""
    yield
    if "lab" in request.fixturenames:
        request.getfixturevalue("lab").reset()
