"""Back, reload, a double click, a second tab: nothing is lost and nothing is done twice."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.wizard import Wizard

WITH_AND_WITHOUT_JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
ANNA, SILENT = "anna@uspeh.test", "anna@silent.test"


def runs(office: Office) -> list[str]:
    """Return the purposes of all runs, oldest first."""
    return [purpose for (purpose,) in office.rows("SELECT purpose FROM runs ORDER BY created_at")]


def second_tab(page: Page) -> Page:
    """Open another tab of the same browser on the same page."""
    tab = page.context.new_page()
    tab.goto(page.url)
    return tab


def test_a_double_click_on_continue_starts_one_search(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.fill(ANNA)

    wizard.button("continue").dblclick()

    wizard.sees("found")
    assert runs(office) == ["detect"]


def test_a_double_click_on_done_saves_one_account_and_sends_one_message(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.find(ANNA)
    before = handed_over(office)

    wizard.button("done").dblclick()

    wizard.sees("saved")
    assert office.accounts() == [ANNA]
    assert handed_over(office) == before + 1


def test_done_in_two_tabs_saves_one_account(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.find(ANNA)
    tab = second_tab(wizard.page)
    wizard.press("done")

    tab.get_by_role("button", name="Готово").click()

    for page in (wizard.page, tab):
        expect(page.locator("#run.run--saved")).to_be_visible()
    assert wizard.page.url == tab.url
    assert office.accounts() == [ANNA]


def test_a_second_tab_that_starts_another_search_is_led_to_the_first(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(expected="422"), office)
    wizard.begin(SILENT, "no matter")
    tab = second_tab(wizard.page)
    tab.goto(office.served.address + "/accounts/new?fresh=1")
    tab.get_by_label("Адрес электронной почты").fill(ANNA)
    tab.locator("#secret").fill(office.lab.mailbox(ANNA).password)

    tab.get_by_role("button", name="Продолжить").click()

    expect(tab.get_by_role("alert")).to_contain_text("Идёт другой поиск")
    expect(tab.get_by_label("Адрес электронной почты")).to_have_value(ANNA)
    tab.get_by_role("button", name="Остановить другой поиск и начать этот").click()
    expect(tab.locator("#run.run--found")).to_be_visible()
    wizard.sees("stopped")


def test_back_from_the_search_finds_the_form_as_it_was_typed(office: Office, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    wizard = Wizard(page, office)
    wizard.fill(ANNA)
    page.get_by_label("Имя отправителя").fill("ООО «Успех»")
    page.get_by_label("для отправки писем").uncheck()
    wizard.press("continue")
    wizard.sees("found")

    page.get_by_role("link", name="Изменить введённое").click()
    expect(page.get_by_label("Адрес электронной почты")).to_have_value(ANNA)
    expect(page.get_by_label("Имя отправителя")).to_have_value("ООО «Успех»")
    expect(page.get_by_label("для отправки писем")).not_to_be_checked()
    wizard.press("continue")
    wizard.sees("found")
    wizard.save()
    assert office.rows("SELECT sender_name FROM accounts WHERE NOT is_system") == [("ООО «Успех»",)]


@WITH_AND_WITHOUT_JAVASCRIPT
def test_the_browsers_back_and_forward_lead_through_the_same_pages(
    office: Office, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(javascript=javascript)
    wizard = Wizard(page, office)
    wizard.find(ANNA)
    wizard.edit()

    page.go_back()
    wizard.sees("found")
    page.go_back()
    expect(page.get_by_label("Адрес электронной почты")).to_be_visible()
    page.go_forward()
    wizard.sees("found")
    wizard.save()
    page.go_back()

    expect(page.locator("h1")).to_be_visible()
    assert office.accounts() == [ANNA]
    assert runs(office).count("save") == 1


def test_a_reload_in_any_phase_shows_the_same_phase(office: Office, new_page: NewPage) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    wizard.begin(SILENT, "no matter")
    page.reload()
    wizard.sees("searching")
    wizard.press("stop")
    wizard.sees("stopped")
    page.reload()
    wizard.sees("stopped")
    wizard.find(ANNA)
    page.reload()
    wizard.sees("found")
    wizard.save()
    page.reload()

    wizard.sees("saved")
    assert runs(office) == ["detect", "detect", "save"]


def test_the_pages_before_saving_and_done_in_a_tab_left_open_lead_on_to_the_saved_account(
    office: Office, new_page: NewPage
) -> None:
    wizard = Wizard(new_page(), office)
    wizard.find(ANNA)
    found, tab = wizard.page.url, second_tab(wizard.page)
    wizard.save()
    before = handed_over(office)

    for page in ("", "/servers", "/consent"):
        wizard.page.goto(found + page)
        wizard.sees("saved")
        assert wizard.page.url != found
    tab.get_by_role("button", name="Готово").click()

    expect(tab.locator("#run.run--saved")).to_be_visible()
    assert office.accounts() == [ANNA]
    assert handed_over(office) == before


def handed_over(office: Office) -> int:
    """Return how many letters the lab's Postfix has taken."""
    return office.lab.log_text().count(", sasl_username=")
