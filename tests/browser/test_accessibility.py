"""axe-core finds nothing on any page, in light and dark, wide and narrow; no page is wider than its window."""

import pytest

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.people import set_up
from tests.browser.phases import WALKS, Walk
from tests.browser.served import Served
from tests.browser.wizard import Wizard


def test_nothing_stands_in_anybodys_way(served: Served, new_page: NewPage) -> None:
    page = new_page("ru", expected="4")
    wrong: Wrong = {}

    page.goto(served.address)
    wrong |= wrong_with(page, "waiting for the set-up")
    page.goto(served.setup_link or "")
    wrong |= wrong_with(page, "set-up")
    page.get_by_role("button", name="Создать и войти").click()
    wrong |= wrong_with(page, "set-up with errors")
    set_up(page, served)
    wrong |= wrong_with(page, "accounts")
    page.goto(served.address + "/accounts/new")
    wrong |= wrong_with(page, "new account")
    page.get_by_role("button", name="Продолжить").click()
    page.locator("#error-summary").wait_for()
    wrong |= wrong_with(page, "new account with errors")
    page.goto(served.address + "/nowhere")
    wrong |= wrong_with(page, "no such page")
    page.get_by_role("button", name="Выйти").click()
    page.get_by_role("button", name="Войти").wait_for()
    wrong |= wrong_with(page, "door")

    assert wrong == {}


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_no_phase_of_the_set_up_stands_in_anybodys_way(office: Office, new_page: NewPage, walk: Walk) -> None:
    page = new_page(expected="422")
    wrong: Wrong = {}

    for name in walk(Wizard(page, office)):
        wrong |= wrong_with(page, name)

    assert wrong == {}
