"""axe-core finds nothing on any page, in light and dark, wide and narrow; no page is wider than its window."""

from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.people import set_up
from tests.browser.phases import WALKS, Walk
from tests.browser.served import Served
from tests.browser.wizard import Wizard

# What is folded up has no place on the page, so that axe takes its colours for those of what stands there.
FOLDED = "details:not([open]) > :not(summary)"
# Of what is right, axe would describe every element; the number of rules that found something is enough.
LOOK = """folded => axe.run({exclude: [[folded]]}, {resultTypes: ["violations"]}).then(report => [
    report.passes.length, report.violations.map(found => [found.id, found.nodes.map(node => node.target)])
])"""
LOOKS = (("light", 360), ("dark", 1440))
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"


def findings(page: Page) -> list[tuple[str, Any]]:
    """Return what axe finds wrong, as rule and elements."""
    if not page.evaluate("typeof axe === 'object'"):  # a picture in another light is the same document
        page.evaluate(Axe().axe_script)
    looked_at, wrong = page.evaluate(LOOK, FOLDED)
    assert looked_at > 10, "axe did not look"
    return [(rule, elements) for rule, elements in wrong]


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_nothing_stands_in_anybodys_way(served: Served, new_page: NewPage, scheme: str, width: int) -> None:
    page = new_page(
        "ru", expected="4", color_scheme=scheme, reduced_motion="reduce", viewport={"width": width, "height": 800}
    )
    found = {}

    page.goto(served.address)
    found["waiting for the set-up"] = findings(page)
    page.goto(served.setup_link or "")
    found["set-up"] = findings(page)
    page.get_by_role("button", name="Создать и войти").click()
    found["set-up with errors"] = findings(page)
    set_up(page, served)
    found["accounts"] = findings(page)
    page.goto(served.address + "/accounts/new")
    found["new account"] = findings(page)
    page.get_by_role("button", name="Продолжить").click()
    page.locator("#error-summary").wait_for()
    found["new account with errors"] = findings(page)
    page.goto(served.address + "/nowhere")
    found["no such page"] = findings(page)
    page.get_by_role("button", name="Выйти").click()
    page.get_by_role("button", name="Войти").wait_for()
    found["door"] = findings(page)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_no_phase_of_the_set_up_stands_in_anybodys_way(office: Office, new_page: NewPage, walk: Walk) -> None:
    page = new_page(expected="422", reduced_motion="reduce")
    wizard = Wizard(page, office)
    found: dict[tuple[str, str, int], list[tuple[str, Any]]] = {}

    for name in walk(wizard):
        for scheme, width in LOOKS:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 800})
            too_wide = [("wider than its window", None)] if page.evaluate(TOO_WIDE) else []
            found[name, scheme, width] = findings(page) + too_wide

    assert {picture: wrong for picture, wrong in found.items() if wrong} == {}
