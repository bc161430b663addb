"""People, network and journal in a browser: accessible, usable by keyboard and without JavaScript, in both looks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.people import set_up
from tests.browser.served import Served

PAGES = (
    "/profile",
    "/profile/password",
    "/administration/users",
    "/administration/users/new",
    "/administration/users/1",
    "/administration/users/1/leaving",
    "/administration/users/2",
    "/administration/users/2/leaving",
    "/administration/users/2/reset",
    "/administration/network",
    "/journal",
    "/journal?q=nothing-like-it",
)
WORDS = {
    "ru": {
        "add": "Добавить пользователя…",
        "display": "Имя и фамилия",
        "login": "Имя для входа",
        "submit": "Добавить пользователя",
        "copy": "Копировать",
        "copied": "Скопировано.",
        "dark": "Тёмное",
        "journal": "Журнал",
        "save": "Сохранить",
        "networks": "Разрешённые сети",
    },
    "en": {
        "add": "Add user…",
        "display": "First and last name",
        "login": "Login name",
        "submit": "Add the user",
        "copy": "Copy",
        "copied": "Copied.",
        "dark": "Dark",
        "journal": "Journal",
        "save": "Save",
        "networks": "Allowed networks",
    },
}


def add_vera(page: Page, server: Served) -> None:
    """Add a person by the list's button."""
    words = WORDS["ru"]
    page.goto(f"{server.address}/administration/users")
    page.get_by_role("link", name=words["add"]).click()
    page.get_by_label(words["display"]).fill("Вера Орлова")
    page.get_by_label(words["login"]).fill("vera")
    page.get_by_role("button", name=words["submit"]).click()
    page.locator("#link").wait_for()


def test_no_page_of_people_network_and_journal_stands_in_anybodys_way(served: Served, new_page: NewPage) -> None:
    page = new_page(expected="422")
    set_up(page, served)
    add_vera(page, served)
    wrong: Wrong = {}

    for path in (*PAGES, "a link", "network with errors"):
        go_to(page, served, path)
        wrong |= wrong_with(page, path)

    assert wrong == {}


def go_to(page: Page, server: Served, path: str) -> None:
    """Open a page, or one that only comes as an answer."""
    if path.startswith("/"):
        page.goto(server.address + path)
    elif path == "a link":
        page.goto(server.address + "/administration/users/2/reset")
        page.locator("main form button").click()
        page.locator("#link").wait_for()
    else:
        page.goto(server.address + "/administration/network")
        page.get_by_label(WORDS["ru"]["networks"]).fill("office")
        page.get_by_role("button", name=WORDS["ru"]["save"]).click()
        page.locator("#error-summary").wait_for()


def test_a_person_added_by_keyboard_gets_a_link_that_opens_the_door(served: Served, new_page: NewPage) -> None:
    page = new_page("en")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    set_up(page, served, "en")
    words = WORDS["en"]
    page.goto(f"{served.address}/administration/users/new")

    page.keyboard.type("Вера Орлова")  # the first box has the focus
    page.keyboard.press("Tab")
    page.keyboard.type("vera")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=words["copy"]).press("Enter")

    expect(page.locator("#link-copied")).to_have_text(words["copied"])
    link = page.evaluate("navigator.clipboard.readText()")
    other = new_page("en")
    other.goto(link)
    expect(other.locator("main")).to_contain_text("Вера Орлова")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_theme_works_at_once_and_from_the_first_paint(served: Served, new_page: NewPage, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    page.emulate_media(color_scheme="light")
    set_up(page, served)
    page.goto(served.address + "/profile")

    page.get_by_role("button", name=WORDS["ru"]["dark"]).click()

    expect(page.get_by_role("button", name=WORDS["ru"]["dark"])).to_have_attribute("aria-pressed", "true")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(17, 21, 27)")


def test_the_menu_says_where_one_is_also_after_a_swap(served: Served, new_page: NewPage) -> None:
    page = new_page()
    set_up(page, served)
    page.goto(served.address + "/journal")
    page.evaluate("window.samePage = true")

    page.get_by_role("link", name="Настройка системной учётной записи").click()

    here = page.locator("#menu [aria-current]")
    expect(here).to_have_text("Параметры учётных записей")
    assert page.evaluate("window.samePage")
    page.go_back()
    expect(here).to_have_text(WORDS["ru"]["journal"])
