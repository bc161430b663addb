"""Users, what becomes of their accounts, the own profile, and the journal."""

import csv
import io

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.people import PASSWORD
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow

ANNA = "anna@guess.test"
NEW_PASSWORD = "another horse, another stable"


def page_of(office: Office, name: str, step: str = "") -> str:
    """Return the address of a person, or of a step about them."""
    [(number,)] = office.rows("SELECT id FROM users WHERE name = ?", name)
    return f"/administration/users/{number}" + (f"/{step}" if step else "")


def test_a_new_user_comes_in_by_a_one_time_link(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    window.go("/administration/users/new")
    window.type("name", "vera")
    window.type("display_name", "Вера Ильина")
    window.page.locator("main form button[type=submit]").last.click()
    link = window.page.locator("#link").input_value()
    guest = new_page()
    guest.goto(link)

    for box in guest.locator("input[type=password]").all():
        box.fill(NEW_PASSWORD)
    guest.locator("main button[type=submit]").click()

    guest.wait_for_url(lambda url: "reset-password" not in url)
    assert office.rows("SELECT display_name, is_admin FROM users WHERE name = 'vera'") == [("Вера Ильина", 0)]


def test_a_leaving_person_is_out_and_their_accounts_frozen_in_one_step(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    boris = SettingsWindow(new_page(), office, is_admin=False)
    account = lay(office, ANNA, boris.name)
    window.go(page_of(office, boris.name, "leaving"))
    expect(window.page.locator("main")).to_contain_text(ANNA)

    window.page.locator("main form button").first.click()

    window.page.wait_for_url("**" + page_of(office, boris.name))
    assert office.rows("SELECT frozen FROM accounts WHERE id = ?", account) == [(1,)]
    boris.go("/accounts")
    expect(boris.page.get_by_role("button", name="Войти")).to_be_visible()


def test_a_reset_by_an_administrator_locks_the_accounts_until_the_mailbox_password_is_proved(
    office: Office, new_page: NewPage
) -> None:
    window = SettingsWindow(new_page("en"), office, "en")
    boris = office.person(is_admin=False)
    account = lay(office, ANNA, boris)
    window.go(page_of(office, boris, "reset"))
    window.page.locator("main form button").first.click()
    link = window.page.locator("#link").input_value()
    guest = new_page("en")
    guest.goto(link)
    for box in guest.locator("input[type=password]").all():
        box.fill(NEW_PASSWORD)
    guest.locator("main button[type=submit]").click()
    guest.wait_for_url(lambda url: "reset-password" not in url)

    person = SettingsWindow(new_page("en"), office, "en", name=boris)

    expect(person.state_of(ANNA)).to_contain_text("locked until the password is typed")
    person.open(account, "password")
    person.type("secret", office.lab.mailbox(ANNA).password)
    person.press("Check and use")
    person.sees("saved")
    person.open(account)
    expect(person.state_of(ANNA)).to_contain_text("works")
    office.lab.empty(ANNA)


def test_administrators_can_be_made_but_not_unmake_themselves(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    boris = office.person(is_admin=False)
    window.go(page_of(office, boris, "administrator"))
    window.page.locator("main form button").first.click()
    window.page.wait_for_url("**" + page_of(office, boris))
    assert office.rows("SELECT is_admin FROM users WHERE name = ?", boris) == [(1,)]

    window.go(page_of(office, window.name, "administrator"))
    expect(window.page.get_by_role("alert")).to_be_visible()
    expect(window.page.locator("main form button")).to_have_count(0)
    assert office.rows("SELECT is_admin FROM users WHERE name = ?", window.name) == [(1,)]


def test_a_new_sign_in_password_ends_the_other_sessions(office: Office, new_page: NewPage) -> None:
    here = SettingsWindow(new_page(), office)
    there = SettingsWindow(new_page(), office, name=here.name)
    here.go("/profile/password")
    boxes = here.page.locator("main input[type=password]")
    for box, value in zip(boxes.all(), (PASSWORD, NEW_PASSWORD, NEW_PASSWORD), strict=True):
        box.fill(value)

    here.page.locator("main form button[type=submit]").last.click()

    here.page.wait_for_url("**/profile")
    there.go("/accounts")
    expect(there.page.get_by_role("button", name="Войти")).to_be_visible()
    here.go("/accounts")
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Параметры учётных записей")


def test_the_journal_tells_who_did_what_and_is_taken_away_as_a_table(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    window.open(account, "checks")
    window.press("Check settings")
    window.sees("checked")
    window.open(account)
    window.type("title", "Моя почта")
    window.press("Save")
    expect(window.page.locator(".window__name")).to_have_text("Моя почта")

    window.follow("Journal")

    lines = window.page.locator("tbody tr")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("Анна Петрова")
    expect(lines.first).to_contain_text(ANNA)
    with window.page.expect_download() as taken:
        window.follow("Save as a table (CSV)")
    text = taken.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 3, "a heading and two lines"
    assert office.lab.mailbox(ANNA).password not in text


def test_others_see_only_their_own_part_of_the_journal(office: Office, new_page: NewPage) -> None:
    chief = SettingsWindow(new_page(), office)
    boris = SettingsWindow(new_page(), office, is_admin=False)
    mine, theirs = lay(office, ANNA, chief.name), lay(office, "boris@guess.test", boris.name)
    for window, account in ((chief, mine), (boris, theirs)):
        window.open(account, "checks")
        window.press("Check settings")
        window.sees("checked")

    boris.go("/journal")
    expect(boris.page.locator("tbody tr")).to_have_count(1)
    expect(boris.page.locator("tbody tr")).to_contain_text("boris@guess.test")

    chief.go("/journal")
    expect(chief.page.locator("tbody tr")).to_have_count(2)


def test_the_network_page_keeps_networks_and_whether_anybody_is_asked_online(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    window.go("/administration/network")
    window.type("allowed_networks", "192.0.2.0/24")
    window.page.locator("#online_lookups").uncheck()

    window.press("Save")

    expect(window.page.get_by_role("status").first).to_be_visible()
    expect(window.page.locator("#allowed_networks")).to_have_value("192.0.2.0/24")
    expect(window.page.locator("#online_lookups")).not_to_be_checked()
