"""«Получить почту» with real mail servers: an account that remembers no password is asked, then it begins by itself."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import LIMIT_S, Office, wait_until
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.browser.test_traffic import stand

ADDRESS = "anna@guess.test"


@pytest.fixture(scope="module")
def office_environment() -> dict[str, str]:
    return {"MAILROOM_WORKER": "inside"}


def test_the_password_is_typed_once_and_letters_come(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ADDRESS, window.name, remember=False)
    window.open(account)
    window.press("Receive mail")
    window.type("secret", office.lab.mailbox(ADDRESS).password)

    window.press("Check and use")

    window.sees("checked")
    office_receives(office, account)
    window.open(account)
    expect(window.page.locator("#traffic")).to_contain_text("Последний раз успешно")
    expect(window.page.locator("#traffic")).to_contain_text("по запросу")


def office_receives(office: Office, account: int) -> None:
    """Wait until letters of an account were received."""
    done = "SELECT worked_at FROM traffic WHERE account_id = ? AND direction = 'incoming' AND worked_at IS NOT NULL"
    wait_until(lambda: bool(office.rows(done, account)), f"letters are received within {LIMIT_S} s")


def test_an_automatic_account_receives_although_nobody_looks(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ADDRESS, window.name)
    office.change("UPDATE accounts SET automatic = 1 WHERE id = ?", account)

    stand(office, account, "turn")

    office_receives(office, account)
