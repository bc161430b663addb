"""Editing is proved like creating: new servers are saved once they work, and until then the old ones stay."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.browser.words import word

# Both languages, and with and without JavaScript, in two sessions: the words do not depend on the script.
IN_TWO_WAYS = pytest.mark.parametrize(
    ("language", "javascript"), [("ru", True), ("en", False)], ids=["javascript-ru", "plain-en"]
)

ANNA = "anna@guess.test"
INCOMING = "SELECT host, port, security FROM incoming_servers"
BEFORE = [("imap.guess.test", 993, "tls")]


@IN_TWO_WAYS
def test_another_security_is_proved_with_the_password_and_saved(
    office: Office, new_page: NewPage, language: str, javascript: bool
) -> None:
    window = SettingsWindow(new_page(language, javascript=javascript, expected="422"), office, language)
    account = lay(office, ANNA, window.name)
    window.open(account, "incoming")
    window.page.locator("#incoming_security").select_option("starttls")
    window.type("incoming_port", "143")
    window.press("Save")
    expect(window.page.locator("#secret-error")).to_be_visible()  # the stored one is bound to the old place
    window.type("secret", office.lab.mailbox(ANNA).password)

    window.press("Save")

    window.sees("saved")
    assert office.rows(INCOMING) == [("imap.guess.test", 143, "starttls")]
    window.follow("To the account")
    expect(window.state_of(ANNA)).to_contain_text(word("works", language))


def test_a_wrong_server_is_refused_and_the_old_settings_stay_and_work(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(expected="422"), office)
    account = lay(office, ANNA, window.name)
    window.open(account, "incoming")
    window.type("incoming_port", "995")
    window.type("secret", office.lab.mailbox(ANNA).password)

    window.press("Save")

    expect(window.page.locator("#incoming_port-error")).to_be_visible()
    assert office.rows(INCOMING) == BEFORE
    window.open(account, "checks")
    window.press("Check settings")
    window.sees("checked")


def test_names_and_signature_are_saved_at_once(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    window.open(account)
    window.type("title", "Личная почта")
    window.type("sender_name", "Анна Петровна")
    window.type("signature", "С уважением,\nАнна")

    window.press("Save")

    expect(window.page.locator(".window__name")).to_have_text("Личная почта")
    saved = office.rows("SELECT sender_name, replace(signature, char(13), '') FROM accounts WHERE id = ?", account)
    assert saved == [("Анна Петровна", "С уважением,\nАнна")]
    assert office.rows("SELECT count(*) FROM runs") == [(0,)]


def test_the_second_of_two_people_is_told_and_nothing_is_overwritten(office: Office, new_page: NewPage) -> None:
    first, second = SettingsWindow(new_page(), office), SettingsWindow(new_page(expected="422"), office)
    account = lay(office, ANNA)
    for window in (first, second):
        window.open(account)
    first.type("title", "Первая")
    first.press("Save")
    expect(first.page.locator(".window__name")).to_have_text("Первая")
    second.type("title", "Вторая")

    second.press("Save")

    expect(second.page.locator("#error-summary")).to_contain_text("изменил")
    expect(second.page.locator("#title")).to_have_value("Вторая")
    assert office.rows("SELECT title FROM accounts WHERE id = ?", account) == [("Первая",)]
    second.press("Save")
    expect(second.page.locator(".window__name")).to_have_text("Вторая")


def test_the_port_moves_with_the_security_only_if_it_was_a_standard_one(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    window.open(account, "incoming")
    security, port = window.page.locator("#incoming_security"), window.page.locator("#incoming_port")

    security.select_option("starttls")
    expect(port).to_have_value("143")
    port.fill("2525")
    security.select_option("tls")

    expect(port).to_have_value("2525")


def test_stop_ends_a_check_and_the_history_says_so(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page("en"), office, "en")
    account = lay(office, ANNA, window.name)
    office.lab.dns.override("imap.guess.test", "A", [office.lab.network.silent])
    window.open(account, "checks")
    window.press("Check settings")
    window.sees("checking")

    window.press("Stop")

    window.sees("stopped")
    window.open(account, "checks")
    expect(window.page.locator("table.checks tbody tr")).to_have_count(1)
    expect(window.page.locator("table.checks tbody tr")).to_contain_text("stopped")
    expect(window.page.locator("table.checks tbody tr")).to_contain_text("Анна Петрова")


def test_a_check_of_what_is_on_the_screen_saves_nothing(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    office.lab.empty(ANNA)
    window.open(account, "incoming")
    window.page.locator("#incoming_security").select_option("starttls")
    window.type("secret", office.lab.mailbox(ANNA).password)

    window.press("Check settings")

    window.sees("checked")
    assert office.rows(INCOMING) == BEFORE
    assert office.lab.letters(ANNA) == [], "a check sends no letter"
