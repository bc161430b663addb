"""The main job in a real browser against real mail servers: an address and a password become a saved account."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.people import set_up
from tests.browser.served import Served
from tests.browser.wizard import Wizard
from tests.lab.lab import Lab

# Both languages, and with and without JavaScript, in two sessions: the words do not depend on the script.
IN_TWO_WAYS = pytest.mark.parametrize(
    ("language", "javascript"), [("ru", True), ("en", False)], ids=["javascript-ru", "plain-en"]
)

FOUND = {"ru": "Параметры найдены", "en": "Settings found"}
SAVED = {"ru": "Учётная запись сохранена", "en": "The account is saved"}
ALL = {"ru": "Все учётные записи", "en": "All accounts"}
WORKS = {"ru": "работает", "en": "works"}
ANNA = "anna@uspeh.test"


class FirstOffice(Office):
    """An office whose first person comes by the set-up link."""

    def person(self, *, is_admin: bool = True) -> str:
        return "anna"


@pytest.fixture(scope="module")
def served_environment(lab: Lab) -> dict[str, str]:
    """Meet the lab."""
    return lab.environment()


@IN_TWO_WAYS
def test_from_the_first_run_to_an_account_in_the_list(
    served: Served, lab: Lab, new_page: NewPage, language: str, javascript: bool
) -> None:
    page = new_page(language, javascript=javascript)
    set_up(page, served, language)
    page.context.clear_cookies()
    lab.empty(ANNA)

    wizard = Wizard(page, FirstOffice(served, lab), language)
    wizard.begin(ANNA)
    expect(page.locator("#run-heading")).to_have_text(FOUND[language])
    wizard.press("done")
    expect(page.locator("#run-heading")).to_have_text(SAVED[language])
    page.get_by_role("link", name=ALL[language]).click()

    expect(page.locator(".pane__row", has_text=ANNA)).to_contain_text(WORKS[language])
    assert lab.letters(ANNA) == lab.letters(ANNA, junk=True) == [], "the test message is gone"
    assert "saved mail to" in lab.log_text(), "and it had really been there"
