"""A password the server refuses: said plainly, settings kept, and nobody knocks again and again."""

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.wizard import Wizard

VERA = "vera@guess.test"
WRONG = "not the password"


def test_a_refused_login_keeps_the_settings_knocks_twice_at_most_and_takes_the_right_password(
    office: Office, new_page: NewPage
) -> None:
    wizard = Wizard(new_page(), office)
    before = office.lab.mark()
    wizard.find(VERA, WRONG)  # guessed, so that the login name is in doubt as well

    wizard.press("done")

    wizard.sees("login-refused")
    expect(wizard.page.locator("#run-heading")).to_have_text("Сервер отказал во входе")
    assert 1 <= len(office.lab.refused_logins(before)) <= 2
    assert office.accounts() == []
    [(kind,)] = office.rows("SELECT json_extract(outcome, '$.kind') FROM runs WHERE id = ?", wizard.run_id)
    assert kind == "login-refused"
    page = wizard.page.url
    wizard.edit()
    expect(wizard.field("incoming_host")).to_have_value("imap.guess.test")
    expect(wizard.field("outgoing_host")).to_have_value("smtp.guess.test")

    wizard.page.goto(page)
    expect(wizard.error_at("secret")).to_be_visible()
    wizard.page.locator("#secret").fill(office.lab.mailbox(VERA).password)
    wizard.save()
    assert office.accounts() == [VERA]


def test_after_three_refusals_there_is_a_pause_and_the_page_says_so(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.find("boris@guess.test", WRONG)
    for _ in range(2):
        press_done_and_be_refused(wizard)
    mark = office.lab.mark()

    press_done(wizard)
    wizard.sees("not-proved")

    expect(wizard.page.locator("#error-summary")).to_contain_text("на десять минут")
    assert office.lab.refused_logins(mark) == []


def test_the_login_name_may_be_the_part_before_the_at(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    before = office.lab.mark()
    wizard.find("anna@local.test")
    press_done_and_be_refused(wizard)
    assert len(office.lab.refused_logins(before)) <= 2

    wizard.page.get_by_label("Имя для входа").fill("anna")

    wizard.save()
    assert office.servers("SELECT username FROM servers") == [("anna",), ("anna",)]


def press_done_and_be_refused(wizard: Wizard) -> None:
    """Press Done and wait for the end of the check that follows."""
    press_done(wizard)
    wizard.sees("login-refused")


def press_done(wizard: Wizard) -> None:
    """Press Done and wait for the page of the check that begins."""
    earlier = wizard.run_id
    wizard.press("done")
    wizard.page.wait_for_url(lambda url: earlier not in url)
