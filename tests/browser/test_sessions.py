"""A session that ends while a page is open: nobody is left in front of a dead page, and nothing typed is lost."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.people import PASSWORD, sign_in
from tests.browser.settings_window import SettingsWindow

MAILBOX = "anna@silent.test"  # no server answers, so that a search goes on


def come_in(page: Page, office: Office) -> str:
    """Let a person be in and return the name."""
    return SettingsWindow(page, office).name


def fill_account_form(page: Page, office: Office) -> None:
    page.goto(office.served.address + "/accounts/new?fresh=1")
    page.get_by_label("Адрес электронной почты").fill(MAILBOX)
    page.locator("#secret").fill("mailbox password")


def press_continue(page: Page) -> None:
    page.get_by_role("button", name="Продолжить").click()


def open_again_elsewhere(page: Page, office: Office, name: str) -> None:
    """Sign in in another tab of the same browser."""
    tab = page.context.new_page()
    sign_in(tab, office.served, name=name)
    tab.close()


def test_a_poll_after_the_end_leads_to_the_door_and_back_to_the_search(office: Office, new_page: NewPage) -> None:
    page = new_page(expected="401")
    name = come_in(page, office)
    fill_account_form(page, office)
    press_continue(page)
    page.wait_for_url("**/runs/*")
    search = page.url

    page.context.clear_cookies()

    page.wait_for_url("**/sign-in?next=**")
    expect(page.get_by_role("status")).to_contain_text("сеанс закончился")
    page.get_by_label("Имя для входа").fill(name)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url(search)
    expect(page.locator("#run")).to_be_visible()


def test_a_form_sent_after_the_end_stays_as_it_was_typed(office: Office, new_page: NewPage) -> None:
    page = new_page(expected="40")
    come_in(page, office)
    fill_account_form(page, office)
    page.context.clear_cookies()

    press_continue(page)

    expect(page.get_by_role("alert")).to_contain_text("Сеанс закончился")
    expect(page.locator("#session")).to_be_focused()
    expect(page.get_by_label("Адрес электронной почты")).to_have_value(MAILBOX)
    expect(page.locator("#secret")).to_have_value("mailbox password")
    assert page.url.endswith("/accounts/new?fresh=1")


def test_the_form_goes_through_after_signing_in_in_another_tab(office: Office, new_page: NewPage) -> None:
    page = new_page(expected="4")  # 401 at first, 422 for the token of the old session
    name = come_in(page, office)
    fill_account_form(page, office)
    page.context.clear_cookies()
    press_continue(page)
    expect(page.get_by_role("link", name="Войти в новой вкладке")).to_have_attribute("target", "_blank")
    open_again_elsewhere(page, office, name)

    press_continue(page)

    expect(page.locator("#error-summary")).to_contain_text("сеанс обновился")
    expect(page.get_by_label("Адрес электронной почты")).to_have_value(MAILBOX)
    page.locator("#secret").fill("mailbox password")
    press_continue(page)
    page.wait_for_url("**/runs/*")


def test_without_javascript_the_form_is_sent_again_by_reloading(office: Office, new_page: NewPage) -> None:
    page = new_page(javascript=False, expected="4")
    name = come_in(page, office)
    fill_account_form(page, office)
    page.context.clear_cookies()
    press_continue(page)
    # Playwright's text locators pass <noscript> by.
    expect(page.locator("#session noscript p")).to_contain_text("обновите эту страницу")
    open_again_elsewhere(page, office, name)

    page.reload()

    expect(page.locator("#error-summary")).to_contain_text("сеанс обновился")
    expect(page.get_by_label("Адрес электронной почты")).to_have_value(MAILBOX)


def test_a_link_followed_after_the_end_leads_there_by_way_of_the_door(office: Office, new_page: NewPage) -> None:
    page = new_page(expected="401")
    come_in(page, office)
    page.context.clear_cookies()

    page.get_by_role("link", name="Добавить учётную запись почты").first.click()

    page.wait_for_url("**/sign-in?next=/accounts/new")
    expect(page.get_by_role("button", name="Выйти")).to_have_count(0)  # the bar has noticed as well
