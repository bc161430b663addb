"""Administration of accounts: the list, uses of many, the system account, handing over."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.browser.words import word

BOTH_LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])

ANNA, ROBOT = "anna@guess.test", "boris@guess.test"
LIST = "/administration/accounts"
COLUMNS = {
    "ru": ("Наименование", "Имя пользователя", "Адрес", "Для кого", "Использование", "Состояние", "Последняя проверка"),
    "en": ("Account name", "User name", "Address", "For whom", "Use", "State", "Last check"),
}


@BOTH_LANGUAGES
def test_the_list_shows_the_columns_and_commands_of_the_document(
    office: Office, new_page: NewPage, language: str
) -> None:
    window = SettingsWindow(new_page(language), office, language)
    lay(office, ANNA, title="Отдел продаж")
    office.change("UPDATE accounts SET sender_name = 'ООО «Успех»' WHERE NOT is_system")

    window.follow("Administration")

    heads = window.page.locator("thead th").all_inner_texts()
    for wanted in COLUMNS[language]:
        assert any(wanted in head for head in heads), wanted
    row = window.page.get_by_role("row", name="Отдел продаж")
    for words in ("ООО «Успех»", ANNA, word("Everyone", language), word("works", language)):
        expect(row).to_contain_text(words)
    system = window.page.locator("tbody tr").filter(has_text=word("not set up", language))
    expect(system).to_have_count(1)
    for command in ("Create", "Set up the system account"):
        expect(window.page.get_by_role("link", name=word(command, language)).first).to_be_visible()
    row.get_by_role("link", name=word("Change", language)).click()
    expect(window.page.locator(".window__name")).to_have_text("Отдел продаж")


def test_the_list_is_sorted_searched_and_shows_personal_accounts_of_people_who_left(
    office: Office, new_page: NewPage
) -> None:
    window = SettingsWindow(new_page(), office)
    boris = office.person(is_admin=False)
    lay(office, ANNA, title="Альфа")
    lay(office, ROBOT, title="Бета")
    lay(office, "anna@uspeh.test", boris, title="Личная")
    office.change("UPDATE users SET disabled = 1 WHERE name = ?", boris)
    names = window.page.locator("tbody .table__name")
    window.go(f"{LIST}?sort=title&down=yes")
    expect(names).to_have_text(["Системная учётная запись", "Бета", "Альфа"])

    window.go(f"{LIST}?q=бет")
    expect(names).to_have_text(["Бета"])

    window.go(LIST)
    expect(names.filter(has_text="Личная")).to_have_count(0)
    window.page.get_by_label(word("Show accounts of inactive people", "ru")).check()
    window.page.locator("form[role=search] button").first.click()
    expect(names.filter(has_text="Личная")).to_have_count(1)


def test_the_use_of_many_accounts_is_changed_at_once(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    for address in (ANNA, ROBOT):
        lay(office, address)
    window.go(LIST)
    window.page.locator("[data-tick-all]").click()
    window.press("Change the use…")
    window.page.locator("[name=for_sending][value=clear]").check()

    window.page.locator("main form button[type=submit]").last.click()

    expect(window.page.get_by_role("status").first).to_be_visible()
    assert office.rows("SELECT for_sending FROM accounts WHERE NOT is_system") == [(0,), (0,)]


def test_the_system_account_is_set_up_by_the_wizard_and_the_banner_goes(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page("en"), office, "en")
    banner = window.page.get_by_role("heading", name="The system account is not set up")
    expect(banner).to_be_visible()
    window.go("/administration/system-account")
    expect(window.page.locator("#remember_password, #automatic")).to_have_count(0)
    window.page.locator("#address").fill(ROBOT)
    window.page.locator("#secret").fill(office.lab.mailbox(ROBOT).password)
    window.press("Continue")
    window.sees("found")

    window.press("Done")

    window.sees("saved")
    window.go("/accounts")
    expect(banner).to_have_count(0)
    kept = "SELECT address, owner_id, automatic, remember_password, proved_at IS NOT NULL FROM accounts WHERE is_system"
    assert office.rows(kept) == [(ROBOT, None, 1, 1, 1)]
    expect(window.page.locator(".pane__row").first).to_contain_text(ROBOT)
    office.lab.empty(ROBOT)


def test_people_see_no_banner_and_cannot_set_it_up(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(expected="403"), office, is_admin=False)
    expect(window.page.get_by_role("heading", name=word("The system account is not set up", "ru"))).to_have_count(0)

    window.go("/administration/system-account")

    expect(window.page.get_by_role("heading", level=1)).not_to_contain_text("Добавление")


def test_a_personal_account_is_handed_over_with_the_mailbox_password_only(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(expected="422"), office)
    boris = office.person(is_admin=False)
    account = lay(office, ANNA, boris)
    window.go(f"{LIST}/{account}/hand-over")
    window.press("Check and hand over")
    expect(window.page.locator("#secret-error")).to_be_visible()
    assert owner(office, account) == boris
    window.page.locator("#to").select_option("everyone")
    window.type("secret", office.lab.mailbox(ANNA).password)
    window.page.locator("#remember_password").check()

    window.press("Check and hand over")

    window.sees("saved")
    assert owner(office, account) is None
    office.lab.empty(ANNA)


def test_a_wrong_password_hands_nothing_over(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    boris = office.person(is_admin=False)
    account = lay(office, ANNA, boris)
    before = office.servers("SELECT secret FROM servers")
    window.go(f"{LIST}/{account}/hand-over")
    window.page.locator("#to").select_option("everyone")
    window.type("secret", "not the password")

    window.press("Check and hand over")

    window.sees("login-refused")
    assert owner(office, account) == boris
    assert office.servers("SELECT secret FROM servers") == before


def owner(office: Office, account: int) -> str | None:
    """Return the login name of an account's owner."""
    query = "SELECT name FROM accounts LEFT JOIN users ON users.id = owner_id WHERE accounts.id = ?"
    [(name,)] = office.rows(query, account)
    return name if name is None else str(name)
