"""The main job without a mouse, and what a screen reader is told on the way."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.wizard import Wizard

ANNA, SILENT = "anna@uspeh.test", "anna@silent.test"
MOST_TABS = 60


def tab_to(target: Locator) -> None:
    """Press Tab until something has the focus."""
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        target.page.keyboard.press("Tab")
    raise AssertionError(f"no number of tabs leads to {target}")


def go_to(page: Page, target: Locator) -> None:
    """Follow a link or press a button from the keyboard alone."""
    tab_to(target)
    assert target.evaluate("element => element.matches(':focus-visible')"), "where one is must be seen"
    page.keyboard.press("Enter")


def test_an_account_is_added_from_the_keyboard_alone(office: Office, new_page: NewPage) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    go_to(page, page.get_by_role("link", name="Добавить учётную запись почты"))
    tab_to(page.get_by_label("Адрес электронной почты"))
    page.keyboard.type(ANNA)
    tab_to(page.locator("#secret"))
    page.keyboard.type(office.lab.mailbox(ANNA).password)
    tab_to(page.get_by_label("для отправки писем"))
    page.keyboard.press("Space")
    page.keyboard.press("Space")

    page.keyboard.press("Enter")
    wizard.sees("found")
    expect(page.locator("#run-heading")).to_be_focused()
    go_to(page, wizard.button("done"))
    wizard.sees("saved")
    expect(page.locator("#run-heading")).to_be_focused()

    assert office.accounts() == [ANNA]


def test_the_focus_stays_on_stop_while_the_ladder_grows_and_is_told_by_status(
    office: Office, new_page: NewPage
) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    wizard.begin(SILENT, "no matter")
    page.locator("#stop").focus()
    status = page.locator("#run-status").element_handle()
    took = page.locator("#run-time").inner_text()

    expect(page.locator("#run-time")).not_to_have_text(took)

    expect(page.locator("#stop")).to_be_focused()
    assert page.evaluate("node => node.isConnected", status), "a live region that is replaced is not read out"
    page.keyboard.press("Enter")
    wizard.sees("stopped")
    expect(page.locator("#run-heading")).to_be_focused()


def test_every_state_of_the_ladder_is_a_word(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.begin("anna@guess.test")
    wizard.sees("found")
    wizard.page.locator("#ladder").evaluate("ladder => ladder.querySelectorAll('details').forEach(d => d.open = true)")

    for rung in wizard.page.locator(".rung").all():
        words = rung.locator(".rung__words").inner_text()
        assert words.split(":")[0].strip(), rung.inner_text()


def test_typing_in_the_form_by_hand_is_not_disturbed_by_the_search(office: Office, new_page: NewPage) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    wizard.begin(SILENT, "no matter")
    wizard.edit()
    wizard.field("incoming_host").focus()

    page.keyboard.type("imap.guess.test")
    wizard.field("outgoing_host").fill("smtp.guess.test")
    page.keyboard.press("Enter")

    wizard.sees("found")
