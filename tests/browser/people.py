"""What people do at the door, for tests whose subject lies behind it."""

from playwright.sync_api import Page

from tests.browser.served import Served

PASSWORD = "right horse, left stable"
WORDS = {
    "ru": {
        "name": "Имя и фамилия",
        "login": "Имя для входа",
        "password": "Пароль",
        "again": "Пароль ещё раз",
        "create": "Создать и войти",
        "sign in": "Войти",
        "sign out": "Выйти",
        "accounts": "Параметры учётных записей",
    },
    "en": {
        "name": "First and last name",
        "login": "Login name",
        "password": "Password",
        "again": "Password once more",
        "create": "Create and sign in",
        "sign in": "Sign in",
        "sign out": "Sign out",
        "accounts": "Account settings",
    },
}


def set_up(page: Page, server: Served, language: str = "ru") -> None:
    """Open the set-up link and become the administrator anna; ends on the accounts page."""
    words = WORDS[language]
    assert server.setup_link is not None
    page.goto(server.setup_link)
    page.get_by_label(words["name"]).fill("Анна Петрова")
    page.get_by_label(words["login"]).fill("anna")
    page.get_by_label(words["password"], exact=True).fill(PASSWORD)
    page.get_by_label(words["again"], exact=True).fill(PASSWORD)
    page.get_by_role("button", name=words["create"]).click()
    page.wait_for_url("**/accounts**")


def sign_in(page: Page, server: Served, language: str = "ru", name: str = "anna") -> None:
    """Sign in; ends wherever the door leads."""
    words = WORDS[language]
    page.goto(server.address + "/sign-in")
    page.get_by_label(words["login"]).fill(name)
    page.get_by_label(words["password"], exact=True).fill(PASSWORD)
    page.get_by_role("button", name=words["sign in"]).click()
    page.wait_for_url("**/accounts**")
