"""Edit SMTP server…: the document's example, suggestions, shared servers; a dialog where there is room."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow

BOTH_LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])

ANNA, BORIS = "anna@guess.test", "boris@guess.test"
OUTGOING = "SELECT host, port, security FROM outgoing_servers ORDER BY id"
BEFORE = [("smtp.guess.test", 465, "tls")]


def dialog(window: SettingsWindow, account: int) -> None:
    """Press the button at the lower right of the account's profile."""
    window.open(account)
    window.follow("Edit SMTP server…")
    expect(window.page.locator("[data-dialog]")).to_be_visible()


@BOTH_LANGUAGES
def test_the_example_of_the_document_is_entered_word_for_word(office: Office, new_page: NewPage, language: str) -> None:
    window = SettingsWindow(new_page(language), office, language)
    account = lay(office, ANNA, window.name)
    dialog(window, account)
    page = window.page
    labels = {"ru": ("Имя сервера", "Порт", "Защита соединения"), "en": ("Server name", "Port", "Connection security")}
    host, port, security = (page.get_by_label(label, exact=True) for label in labels[language])

    host.fill("smtp.yandex.ru")
    port.fill("465")
    security.select_option(label="SSL/TLS")

    expect(page.locator(".suggestion")).to_contain_text("465")
    expect(host).to_have_value("smtp.yandex.ru")
    expect(port).to_have_value("465")
    methods = page.locator("#outgoing_auth option").all_inner_texts()
    assert len(methods) >= 4, "the authentication method is chosen as the provider wants it"


def test_port_and_security_are_suggested_when_the_name_is_typed(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    window.go(f"/accounts/{account}/outgoing/new")

    window.type("outgoing_host", "smtp.yandex.ru")
    window.page.locator("#outgoing_host").blur()

    expect(window.page.locator("#outgoing_port")).to_have_value("465")
    expect(window.page.locator("#outgoing_security")).to_have_value("tls")


def test_the_port_moves_with_the_security_only_if_it_was_a_standard_one(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    dialog(window, lay(office, ANNA, window.name))
    security, port = window.page.locator("#outgoing_security"), window.page.locator("#outgoing_port")

    security.select_option("starttls")
    expect(port).to_have_value("587")
    port.fill("2525")
    security.select_option("tls")

    expect(port).to_have_value("2525")


@pytest.mark.parametrize(("language", "javascript"), [("ru", True), ("en", False)], ids=["javascript-ru", "plain-en"])
def test_a_change_is_proved_by_a_test_message_and_saved(
    office: Office, new_page: NewPage, language: str, javascript: bool
) -> None:
    window = SettingsWindow(new_page(language, javascript=javascript), office, language)
    dialog(window, lay(office, ANNA, window.name))
    window.page.locator("#outgoing_security").select_option("starttls")
    window.type("outgoing_port", "587")
    window.type("secret", office.lab.mailbox(ANNA).password)

    window.press("Save")

    window.sees("saved")
    assert office.rows(OUTGOING) == [("smtp.guess.test", 587, "starttls")]
    office.lab.empty(ANNA)


def test_a_wrong_server_leaves_the_old_one_and_retest_finds_the_right_port(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(expected="422"), office)
    dialog(window, lay(office, ANNA, window.name))
    window.type("outgoing_port", "2525")
    window.type("secret", office.lab.mailbox(ANNA).password)

    window.press("Save")

    expect(window.page.locator("#outgoing_port-error")).to_be_visible()
    assert office.rows(OUTGOING) == BEFORE
    window.type("outgoing_port", "")
    window.press("Re-test")
    window.sees("found")
    assert office.rows(OUTGOING) == BEFORE


def test_a_server_that_refuses_another_sharing_address_is_not_saved_and_the_address_named(
    office: Office, new_page: NewPage
) -> None:
    window = SettingsWindow(new_page(), office)
    vera = "vera@strict.test"
    account = lay(office, vera, window.name)
    lay(office, "anna@strict.test", window.name, shares_outgoing_of=account)
    stored = office.rows(OUTGOING)
    dialog(window, account)
    expect(window.page.locator("[data-dialog]")).to_contain_text("anna@strict.test")
    window.page.locator("#outgoing_security").select_option("starttls")
    window.type("secret", office.lab.mailbox(vera).password)

    window.press("Save")

    window.sees("not-proved")
    expect(window.page.locator("#run")).to_contain_text("anna@strict.test")
    assert office.rows(OUTGOING) == stored


def test_a_server_in_use_is_not_deleted_and_its_users_are_named(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    lay(office, BORIS, window.name, shares_outgoing_of=account)
    dialog(window, account)

    window.follow("Delete this server…")

    notice = window.page.get_by_role("alert")
    expect(notice).to_contain_text("Сервер используется")
    expect(notice.get_by_role("link")).to_have_text([ANNA, BORIS])
    expect(window.page.locator("main").get_by_role("button", name="Удалить")).to_have_count(0)


def test_an_account_chooses_among_the_servers_of_its_owner(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account, other = lay(office, ANNA, window.name), lay(office, BORIS, window.name)
    [(server,)] = office.rows("SELECT outgoing_id FROM accounts WHERE id = ?", other)
    stranger = office.person()
    [(foreign,)] = office.rows(
        "SELECT outgoing_id FROM accounts WHERE id = ?", lay(office, "anna@uspeh.test", stranger)
    )
    window.open(account)
    choice = window.page.locator("select#outgoing")

    values = choice.locator("option").evaluate_all("options => options.map(option => option.value)")

    assert str(server) in values
    assert str(foreign) not in values


def test_it_is_a_page_of_its_own_that_escape_leaves(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    dialog(window, account)
    address = window.page.url
    window.page.reload()
    expect(window.page.locator("[data-dialog]")).to_be_visible()
    assert window.page.url == address

    window.page.keyboard.press("Escape")

    window.page.wait_for_url(f"**/accounts/{account}")
    window.page.set_viewport_size({"width": 360, "height": 740})
    window.page.goto(address)
    assert window.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
