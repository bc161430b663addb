"""The password of a mailbox: stored, asked each time, kept for one session, and a new one in one field."""

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.browser.words import word

ANNA = "anna@guess.test"
KEPT = "SELECT count(*) FROM session_secrets"


def check(window: SettingsWindow, account: int) -> None:
    """Press the button of the section of checks."""
    window.open(account, "checks")
    window.press("Check settings")


def test_with_a_stored_password_a_check_asks_for_nothing_and_is_kept_as_history(
    office: Office, new_page: NewPage
) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)

    check(window, account)

    window.sees("checked")
    window.open(account, "checks")
    [line] = window.page.locator("table.checks tbody tr").all()
    expect(line).to_contain_text("Анна Петрова")
    expect(line).to_contain_text(word("works", "ru"))
    expect(line).to_contain_text(word("check", "ru"))


def test_without_a_stored_password_a_check_asks_for_it_and_keeps_it_for_this_session_only(
    office: Office, new_page: NewPage
) -> None:
    window = SettingsWindow(new_page("en", expected="422"), office, "en")
    account = lay(office, ANNA, window.name, remember=False)
    expect(window.state_of(ANNA)).to_have_count(0)
    check(window, account)
    expect(window.page.locator("#secret-error")).to_be_visible()
    window.type("secret", office.lab.mailbox(ANNA).password)
    window.press("Check settings")
    window.sees("checked")

    window.open(account)
    expect(window.state_of(ANNA)).to_have_text("password typed for this session")
    other = SettingsWindow(new_page("en"), office, "en", name=window.name)
    expect(other.state_of(ANNA)).to_contain_text("needs the password")
    assert office.rows("SELECT secret FROM incoming_servers") == [(None,)]
    assert office.rows(KEPT) == [(2,)]

    check(window, account)
    window.sees("checked")


def test_signing_out_forgets_what_only_the_session_knew(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name, remember=False)
    window.open(account, "password")
    window.type("secret", office.lab.mailbox(ANNA).password)
    window.press("Check and use")
    window.sees("checked")
    assert office.rows(KEPT) == [(2,)]

    window.press("Sign out")

    expect(window.page.get_by_role("button", name="Войти")).to_be_visible()
    assert office.rows(KEPT) == [(0,)]


def test_a_new_password_is_typed_in_one_field_from_the_state(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    office.change("UPDATE accounts SET login_refused = 1 WHERE id = ?", account)
    before = office.rows("SELECT secret FROM incoming_servers")
    window.open(account)
    expect(window.state_of(ANNA)).to_contain_text(word("login declined", "ru"))
    window.page.locator(f"a[href^='/accounts/{account}/password']").first.click()
    expect(window.page.locator("#secret")).to_be_focused()
    window.type("secret", office.lab.mailbox(ANNA).password)

    window.press("Check and use")

    window.sees("saved")
    window.open(account)
    expect(window.state_of(ANNA)).to_contain_text(word("works", "ru"))
    assert office.rows("SELECT secret FROM incoming_servers") != before


def test_a_wrong_new_password_leaves_the_stored_one(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    before = office.servers("SELECT secret FROM servers")
    window.open(account, "password")
    window.type("secret", "not the password")

    window.press("Check and use")

    window.sees("login-refused")
    assert office.servers("SELECT secret FROM servers") == before


def test_not_to_be_remembered_wipes_the_password_at_once_and_ends_automatic_work(
    office: Office, new_page: NewPage
) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    office.change("UPDATE accounts SET automatic = 1 WHERE id = ?", account)
    window.open(account, "security")
    window.page.get_by_label(word("Ask for it each time", "ru")).check()

    window.press("Save")

    expect(window.state_of(ANNA)).to_contain_text("нужен пароль")
    assert office.servers("SELECT secret FROM servers") == [(None,), (None,)]
    assert office.rows("SELECT automatic, remember_password FROM accounts WHERE id = ?", account) == [(0, 0)]


def test_automatic_work_wants_a_remembered_password(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(expected="422"), office)
    account = lay(office, ANNA, window.name, remember=False)
    window.open(account, "letters")
    automatic = window.page.locator("#automatic")
    if automatic.is_disabled():
        automatic.evaluate("box => { box.disabled = false }")
    automatic.check()

    window.press("Save")

    expect(window.page.locator("#automatic-error")).to_contain_text("пароль")
    assert office.rows("SELECT automatic FROM accounts WHERE id = ?", account) == [(0,)]
