"""Debian's Chromium for the tests of this folder, and a server for it to talk to."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.browser.office import Office
from tests.browser.pages import Pages
from tests.browser.served import Served
from tests.browser.servers import Servers
from tests.lab.lab import Lab

CHROMIUM = shutil.which("chromium")
# Of two such lists Chromium takes the last, so Playwright's own is repeated; what stands before it starts processes
# nobody needs: one ahead of every page, and two that draw what would pop up under the address bar.
DISABLED = (
    "SpareRendererForSitePerProcess,WebUIOmniboxPopup,WebUIOmniboxAimPopup,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
# The next two keep the browser from talking to anybody but the server under test.
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", f"--disable-features={DISABLED}"]

PATIENT = "tests.browser.patient"
ICON = "/favicon.ico"  # what Chromium asks for by itself where a test leaves its page: our pages name their icon
NewPage = Callable[..., Page]
expect.set_options(timeout=30_000)  # a search of the lab takes a second, on a busy machine several


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


@pytest.fixture(scope="package")
def pages(chromium: Browser) -> Pages:
    """Return the pages of the browser."""
    return Pages(chromium)


@pytest.fixture
def new_page(pages: Pages) -> Iterator[NewPage]:
    """Return a function that opens a page in a browser session of its own.

    A message in the console (a blocked script, a missing file) fails the test,
    unless the test names a part of it in `expected`, or one of several parts.
    """
    opened: list[Page] = []
    messages: list[str] = []
    allowed: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not said.location["url"].endswith(ICON):
            messages.append(said.text)

    def note_error(error: Error) -> None:
        messages.append(str(error))

    def open_page(
        language: str = "ru",
        *,
        javascript: bool = True,
        expected: str | tuple[str, ...] = (),
        fresh: bool = False,
        **options: Any,
    ) -> Page:
        page = pages.lend(language, javascript, fresh, options)
        opened.append(page)
        allowed.extend([expected] if isinstance(expected, str) else expected)
        page.on("console", note)
        page.on("pageerror", note_error)
        return page

    yield open_page
    for page in opened:
        page.remove_listener("console", note)
        page.remove_listener("pageerror", note_error)
    unexpected = [said for said in messages if not any(part in said for part in allowed)]
    pages.take_back(all_is_well=not unexpected)
    assert unexpected == []


@pytest.fixture(scope="module")
def served_environment() -> dict[str, str]:
    """Return further settings of the server; a module overrides this, for example with the lab's."""
    return {}


@pytest.fixture(scope="package")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Return the servers of this folder's tests."""
    with Servers(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def served(servers: Servers, served_environment: dict[str, str]) -> Served:
    """Return a server on a fresh instance, with its set-up link."""
    return servers.fresh(served_environment)


@pytest.fixture(scope="module")
def office_environment() -> dict[str, str]:
    """Return settings of the office beside the lab's; a module overrides this."""
    return {}


@pytest.fixture
def office(lab: Lab, servers: Servers, office_environment: dict[str, str]) -> Iterator[Office]:
    """Return an office that meets the lab and has an administrator; what surprises its server fails the test.

    It waits for silent servers as long as a test needs.
    """
    server = servers.fresh(lab.environment() | office_environment, PATIENT)
    already = len(server.log.read_text())
    office = Office(server, lab)
    office.person()
    yield office
    office.let_nothing_go_on()
    logged = server.log.read_text()[already:]
    assert "Traceback" not in logged, logged
