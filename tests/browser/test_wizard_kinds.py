"""Accounts of every kind: one direction only, POP3, two passwords, shared, and one an owner has already."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.wizard import Wizard

ANNA = "anna@guess.test"
SENDING, RECEIVING = "для отправки писем", "для получения писем"


@pytest.mark.parametrize(
    ("unused", "protocols", "letters"), [(RECEIVING, ["smtp"], 1), (SENDING, ["imap"], 0)], ids=["sending", "receiving"]
)
def test_an_account_for_one_direction_proves_and_keeps_only_that_server(
    office: Office, new_page: NewPage, unused: str, protocols: list[str], letters: int
) -> None:
    office.lab.empty(ANNA)
    wizard = Wizard(new_page(), office)
    wizard.fill(ANNA)
    wizard.page.get_by_label(unused).uncheck()
    wizard.press("continue")
    wizard.sees("found")

    wizard.save()

    assert office.servers("SELECT protocol FROM servers") == [(protocol,) for protocol in protocols]
    assert len(office.lab.mail.wait_for_letters(ANNA, letters)) == letters, "nobody may remove it unasked"
    office.lab.empty(ANNA)


def test_an_account_for_nothing_is_refused_at_its_field(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(expected="422"), office)
    wizard.fill(ANNA)
    for use in (SENDING, RECEIVING):
        wizard.page.get_by_label(use).uncheck()

    wizard.press("continue")

    expect(wizard.page.locator("#for_sending-error")).to_contain_text("Выберите хотя бы одно")
    expect(wizard.page.get_by_label("Адрес электронной почты")).to_have_value(ANNA)


def test_a_pop3_account_is_found_and_its_test_message_removed(office: Office, new_page: NewPage) -> None:
    mailbox = "anna@pop.test"
    office.lab.empty(mailbox)
    wizard = Wizard(new_page(), office)
    wizard.find(mailbox)

    wizard.save()

    servers = office.servers("SELECT protocol, host, port, security FROM servers ORDER BY protocol")
    assert servers == [("pop3", "pop.pop.test", 995, "tls"), ("smtp", "smtp.pop.test", 587, "starttls")]
    assert office.lab.letters(mailbox) == []


def test_sending_may_have_a_login_and_a_password_of_its_own(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.find(ANNA)
    wizard.edit()
    wizard.field("outgoing_username").fill("boris@guess.test")
    wizard.page.get_by_label("Другой пароль для отправки").check()
    wizard.field("outgoing_secret").fill(office.lab.mailbox("boris@guess.test").password)

    wizard.save()

    names = office.servers("SELECT protocol, username FROM servers ORDER BY protocol")
    assert names == [("imap", ANNA), ("smtp", "boris@guess.test")]


def test_a_test_message_among_the_junk_is_found_and_removed_there(office: Office, new_page: NewPage) -> None:
    mailbox = "junked@uspeh.test"
    office.lab.empty(mailbox)
    wizard = Wizard(new_page(), office)
    wizard.find(mailbox)

    wizard.save()

    assert office.lab.letters(mailbox, junk=True) == office.lab.letters(mailbox) == []


def test_a_second_account_of_the_same_address_is_refused_with_a_link_to_the_first(
    office: Office, new_page: NewPage
) -> None:
    wizard = Wizard(new_page(expected="422"), office)
    lay(office, ANNA, wizard.name)
    wizard.fill(ANNA.upper().replace("GUESS.TEST", "guess.test"), office.lab.mailbox(ANNA).password)

    wizard.press("continue")

    expect(wizard.page.locator("#address-error")).to_contain_text("уже есть")
    wizard.page.get_by_role("link", name="Открыть существующую учётную запись").click()
    expect(wizard.page.locator(".window__name")).to_have_text(ANNA)
    assert office.accounts() == [ANNA]


def test_an_administrator_shares_an_account_and_others_see_it(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.fill(ANNA)
    wizard.page.get_by_label("Для всех").check()
    wizard.press("continue")
    wizard.sees("found")
    wizard.save()

    colleague = Wizard(new_page(), office, is_admin=False)
    colleague.page.goto(office.served.address + "/accounts")

    colleague.page.locator(".pane__row", has_text=ANNA).click()
    colleague.page.wait_for_url("**/accounts/*")  # the list has shown the account as well
    expect(colleague.page.locator(".window__head")).to_contain_text("Для всех")
    colleague.page.get_by_text("Действия для учётной записи").click()
    expect(colleague.page.get_by_role("link", name="Создать такую же…")).to_be_visible()
    expect(colleague.page.get_by_role("link", name="Удалить учётную запись…")).to_have_count(0)


def test_who_is_no_administrator_sees_why_an_account_cannot_be_for_everyone(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(expected="422"), office, is_admin=False)
    wizard.fill(ANNA)
    everyone = wizard.page.get_by_label("Для всех")
    expect(everyone).to_be_disabled()
    expect(everyone).to_have_accessible_description("Учётные записи для всех добавляет только администратор.")

    everyone.evaluate("box => { box.disabled = false; box.checked = true }")
    wizard.press("continue")

    expect(wizard.page.locator("#for_whom-error")).to_contain_text("только администратор")
    assert office.rows("SELECT count(*) FROM runs") == [(0,)]


def test_a_deleted_account_is_gone_after_it_was_asked_for_again(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    account = lay(office, ANNA, wizard.name)
    wizard.page.goto(f"{office.served.address}/accounts/{account}")
    wizard.page.get_by_text("Действия для учётной записи").click()
    wizard.page.get_by_role("link", name="Удалить учётную запись…").click()
    expect(wizard.page.locator("h3#delete")).to_have_text(f"Удалить учётную запись «{ANNA}»?")
    assert office.accounts() == [ANNA]

    wizard.page.get_by_role("button", name="Удалить учётную запись").click()

    expect(wizard.page.get_by_role("status")).to_contain_text("удалена")
    assert office.accounts() == []
    assert office.servers("SELECT count(*) FROM servers") == [(0,)]
