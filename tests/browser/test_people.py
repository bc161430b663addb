"""People, network and journal in a browser: accessible, usable by keyboard and without JavaScript, in both looks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.settings_window import SettingsWindow

PAGES = (
    "/profile",
    "/profile/password",
    "/administration/users",
    "/administration/users/new",
    "/administration/users/{me}",
    "/administration/users/{me}/leaving",
    "/administration/users/{vera}",
    "/administration/users/{vera}/leaving",
    "/administration/users/{vera}/reset",
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


def add_vera(page: Page, office: Office) -> None:
    """Add a person by the list's button."""
    words = WORDS["ru"]
    page.goto(f"{office.served.address}/administration/users")
    page.get_by_role("link", name=words["add"]).click()
    page.get_by_label(words["display"]).fill("Вера Орлова")
    page.get_by_label(words["login"]).fill("vera")
    page.get_by_role("button", name=words["submit"]).click()
    page.locator("#link").wait_for()


def test_no_page_of_people_network_and_journal_stands_in_anybodys_way(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(expected="422"), office)
    page = window.page
    add_vera(page, office)
    numbers = {name: number for number, name in office.rows("SELECT id, name FROM users")}
    wrong: Wrong = {}

    for path in (*PAGES, "a link for {vera}", "network with errors"):
        go_to(page, office, path.format(me=numbers[window.name], **numbers))
        wrong |= wrong_with(page, path)

    assert wrong == {}


def go_to(page: Page, office: Office, path: str) -> None:
    """Open a page, or one that only comes as an answer."""
    if path.startswith("/"):
        page.goto(office.served.address + path)
    elif path.startswith("a link for "):
        page.goto(f"{office.served.address}/administration/users/{path.split()[-1]}/reset")
        page.locator("main form button").click()
        page.locator("#link").wait_for()
    else:
        page.goto(office.served.address + "/administration/network")
        page.get_by_label(WORDS["ru"]["networks"]).fill("office")
        page.get_by_role("button", name=WORDS["ru"]["save"]).click()
        page.locator("#error-summary").wait_for()


def test_a_person_added_by_keyboard_gets_a_link_that_opens_the_door(office: Office, new_page: NewPage) -> None:
    page = SettingsWindow(new_page("en"), office, "en").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    words = WORDS["en"]
    page.goto(f"{office.served.address}/administration/users/new")

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
def test_the_theme_works_at_once_and_from_the_first_paint(office: Office, new_page: NewPage, javascript: bool) -> None:
    page = SettingsWindow(new_page(javascript=javascript), office).page
    page.emulate_media(color_scheme="light")
    page.goto(office.served.address + "/profile")

    page.get_by_role("button", name=WORDS["ru"]["dark"]).click()

    expect(page.get_by_role("button", name=WORDS["ru"]["dark"])).to_have_attribute("aria-pressed", "true")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(17, 21, 27)")


def test_the_menu_says_where_one_is_also_after_a_swap(office: Office, new_page: NewPage) -> None:
    page = SettingsWindow(new_page(), office).page
    page.goto(office.served.address + "/journal")
    page.evaluate("window.samePage = true")

    page.get_by_role("link", name="Настройка системной учётной записи").click()

    here = page.locator("#menu [aria-current]")
    expect(here).to_have_text("Параметры учётных записей")
    assert page.evaluate("window.samePage")
    page.go_back()
    expect(here).to_have_text(WORDS["ru"]["journal"])
