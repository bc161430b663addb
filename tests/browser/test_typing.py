"""What the pages do while somebody types, with JavaScript; the server does the same without it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.settings_window import SettingsWindow


@pytest.fixture
def by_hand(new_page: NewPage, office: Office) -> Page:
    """Return the form of both servers with recommended values."""
    page = SettingsWindow(new_page(), office).page
    page.goto(office.served.address + "/accounts/new")
    page.get_by_label("Адрес электронной почты").fill("anna@uspeh.test")
    page.get_by_label("Пароль", exact=True).fill("secret")
    page.get_by_label("Настроить параметры подключения вручную").check()
    page.get_by_role("button", name="Далее").click()
    page.wait_for_url("**/servers")
    return page


def test_the_port_follows_the_security_while_it_is_a_standard_one_and_a_changed_value_is_no_assumption(
    by_hand: Page,
) -> None:
    incoming = by_hand.locator('[data-server="incoming"]')

    incoming.get_by_label("Защита соединения").select_option("starttls")
    expect(incoming.get_by_label("Порт")).to_have_value("143")
    incoming.get_by_label("POP3").check()
    expect(incoming.get_by_label("Порт")).to_have_value("110")
    incoming.get_by_label("Порт").fill("2525")
    incoming.get_by_label("Защита соединения").select_option("tls")
    expect(incoming.get_by_label("Порт")).to_have_value("2525")
    outgoing = by_hand.locator('[data-server="outgoing"]')
    expect(outgoing.get_by_text("предположение")).to_have_count(4)

    outgoing.get_by_label("Имя сервера").fill("mail.uspeh.test")
    outgoing.get_by_label("Имя для входа").focus()

    expect(outgoing.get_by_text("предположение")).to_have_count(3)


def test_letters_of_another_layout_are_told_and_the_box_for_another_password_appears_with_its_tick(
    by_hand: Page,
) -> None:
    box = by_hand.locator("#secret")

    box.press_sequentially("пароль")
    expect(by_hand.get_by_text("В пароле буквы другой раскладки клавиатуры.")).to_be_visible()
    box.fill("")
    box.press_sequentially("password")
    expect(by_hand.get_by_text("В пароле буквы другой раскладки клавиатуры.")).to_be_hidden()
    expect(by_hand.get_by_label("Пароль для отправки", exact=True)).to_be_hidden()

    by_hand.get_by_label("Другой пароль для отправки").check()

    expect(by_hand.get_by_label("Пароль для отправки", exact=True)).to_be_visible()
