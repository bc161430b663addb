"""A session that ends while a page is open: nobody is left in front of a dead page, and nothing typed is lost."""

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENT, NewPage
from tests.browser.people import PASSWORD, set_up, sign_in
from tests.browser.served import Served

MAILBOX = "ivan@office.test"


@pytest.fixture(scope="module")
def served_environment() -> Iterator[dict[str, str]]:
    """Ask a name server that never answers, so that a search goes on for a while."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        yield {"MAILROOM_DNS_SERVERS": f"127.0.0.1:{silent.getsockname()[1]}"}


@pytest.fixture(scope="module")
def served_program() -> str:
    return PATIENT


def fill_account_form(page: Page, server: Served) -> None:
    page.goto(server.address + "/accounts/new?fresh=1")
    page.get_by_label("Адрес электронной почты").fill(MAILBOX)
    page.locator("#secret").fill("mailbox password")


def press_continue(page: Page) -> None:
    page.get_by_role("button", name="Продолжить").click()


def open_again_elsewhere(page: Page, server: Served) -> None:
    """Sign in in another tab of the same browser."""
    tab = page.context.new_page()
    sign_in(tab, server)
    tab.close()


def test_a_poll_after_the_end_leads_to_the_door_and_back_to_the_search(served: Served, new_page: NewPage) -> None:
    page = new_page(expected="401")
    set_up(page, served)
    fill_account_form(page, served)
    press_continue(page)
    page.wait_for_url("**/runs/*")
    search = page.url

    page.context.clear_cookies()

    page.wait_for_url("**/sign-in?next=**")
    expect(page.get_by_role("status")).to_contain_text("сеанс закончился")
    page.get_by_label("Имя для входа").fill("anna")
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url(search)
    expect(page.locator("#run")).to_be_visible()


def test_a_form_sent_after_the_end_stays_as_it_was_typed(served: Served, new_page: NewPage) -> None:
    page = new_page(expected="40")
    set_up(page, served)
    fill_account_form(page, served)
    page.context.clear_cookies()

    press_continue(page)

    expect(page.get_by_role("alert")).to_contain_text("Сеанс закончился")
    expect(page.locator("#session")).to_be_focused()
    expect(page.get_by_label("Адрес электронной почты")).to_have_value(MAILBOX)
    expect(page.locator("#secret")).to_have_value("mailbox password")
    assert page.url.endswith("/accounts/new?fresh=1")


def test_the_form_goes_through_after_signing_in_in_another_tab(served: Served, new_page: NewPage) -> None:
    page = new_page(expected="4")  # 401 at first, 422 for the token of the old session
    set_up(page, served)
    fill_account_form(page, served)
    page.context.clear_cookies()
    press_continue(page)
    expect(page.get_by_role("link", name="Войти в новой вкладке")).to_have_attribute("target", "_blank")
    open_again_elsewhere(page, served)

    press_continue(page)

    expect(page.locator("#error-summary")).to_contain_text("сеанс обновился")
    expect(page.get_by_label("Адрес электронной почты")).to_have_value(MAILBOX)
    page.locator("#secret").fill("mailbox password")
    press_continue(page)
    page.wait_for_url("**/runs/*")


def test_without_javascript_the_form_is_sent_again_by_reloading(served: Served, new_page: NewPage) -> None:
    page = new_page(javascript=False, expected="4")
    set_up(page, served)
    fill_account_form(page, served)
    page.context.clear_cookies()
    press_continue(page)
    # Playwright's text locators pass <noscript> by.
    expect(page.locator("#session noscript p")).to_contain_text("обновите эту страницу")
    open_again_elsewhere(page, served)

    page.reload()

    expect(page.locator("#error-summary")).to_contain_text("сеанс обновился")
    expect(page.get_by_label("Адрес электронной почты")).to_have_value(MAILBOX)


def test_a_link_followed_after_the_end_leads_there_by_way_of_the_door(served: Served, new_page: NewPage) -> None:
    page = new_page(expected="401")
    set_up(page, served)
    page.context.clear_cookies()

    page.get_by_role("link", name="Добавить учётную запись почты").first.click()

    page.wait_for_url("**/sign-in?next=/accounts/new")
    expect(page.get_by_role("button", name="Выйти")).to_have_count(0)  # the bar has noticed as well
