"""Debian's Chromium for the tests of this folder, and a server for it to talk to."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.office import Office
from tests.browser.served import Served
from tests.lab.lab import Lab

CHROMIUM = shutil.which("chromium")
# The last two keep the browser from talking to anybody but the server under test.
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
LOCALES = {"ru": "ru-RU", "en": "en-US"}

NewPage = Callable[..., Page]
expect.set_options(timeout=20_000)  # a search of the lab takes a second, on a busy machine several


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that opens a browser."""
    for item in items:
        if "new_page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


# Not for the whole session: while Playwright runs, its loop keeps other tests of the process from running theirs.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Return a running browser."""
    if CHROMIUM is None:
        pytest.skip("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Return a function that opens a page in a browser session of its own.

    A message in the console (a blocked script, a missing file) fails the test,
    unless the test names a part of it in `expected`, or one of several parts.
    """
    contexts = []
    messages: list[str] = []
    allowed: list[str] = []

    def open_page(
        language: str = "ru", *, javascript: bool = True, expected: str | tuple[str, ...] = (), **options: Any
    ) -> Page:
        context = chromium.new_context(locale=LOCALES[language], java_script_enabled=javascript, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        allowed.extend([expected] if isinstance(expected, str) else expected)
        page = context.new_page()
        page.on("console", lambda said: messages.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: messages.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [said for said in messages if not any(part in said for part in allowed)] == []


@pytest.fixture
def served_environment() -> dict[str, str]:
    """Return further settings of the server; a module overrides this, for example with the lab's."""
    return {}


@pytest.fixture
def served(tmp_path: Path, served_environment: dict[str, str]) -> Iterator[Served]:
    """Return a server on a fresh instance, with its set-up link."""
    with Served(tmp_path / "instance", served_environment) as server:
        yield server


@pytest.fixture(scope="module")
def office_environment() -> dict[str, str]:
    """Return settings of the office beside the lab's; a module overrides this."""
    return {}


@pytest.fixture(scope="module")
def running_office(
    lab: Lab, tmp_path_factory: pytest.TempPathFactory, office_environment: dict[str, str]
) -> Iterator[Office]:
    """Return a server that meets the lab, shared by the tests of a module."""
    instance = tmp_path_factory.mktemp("office") / "instance"
    with Served(instance, lab.environment() | office_environment) as server:
        yield Office(server, lab)


@pytest.fixture
def office(running_office: Office) -> Iterator[Office]:
    """Return the shared office, without anything an earlier test left in it; what surprised the server fails it."""
    already = len(running_office.served.log.read_text())
    yield running_office
    running_office.forget()
    logged = running_office.served.log.read_text()[already:]
    assert "Traceback" not in logged, logged
