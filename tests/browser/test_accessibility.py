"""axe-core finds nothing on the pages around the door, in light and dark, wide and narrow."""

from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.people import set_up
from tests.browser.served import Served


def findings(page: Page) -> list[tuple[str, Any]]:
    """Return what axe finds wrong, as rule and elements."""
    report = Axe().run(page)
    assert len(report["passes"]) > 10, "axe did not look"
    return [(found["id"], [node["target"] for node in found["nodes"]]) for found in report["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
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
    found["door"] = findings(page)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
