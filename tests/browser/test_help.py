"""The «?» beside a field: by keyboard, by pointer, without JavaScript; opened it is in nobody's way and fits 360 px."""

from itertools import product

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.browser.wizard import Wizard

OPEN_ALL = "document.querySelectorAll('details.help').forEach(help => { help.open = true; })"
# Whether the sign stands on the line of the name, and the words below it and above the control.
BESIDE = """field => {
    const name = document.createRange();
    name.selectNode(field.querySelector("label").firstChild);
    const place = part => field.querySelector(part).getBoundingClientRect();
    const [text, sign, words] = [name.getBoundingClientRect(), place(".help > summary"), place(".help > p")];
    return [
        sign.left >= text.right && sign.top < text.bottom,
        words.top >= sign.bottom - 2 && words.bottom <= place(".input").top,
    ];
}"""
PAGES = (
    "/accounts/new",
    "/accounts/new/news",
    "/accounts/{account}",
    "/accounts/{account}/incoming",
    "/accounts/{account}/letters",
    "/accounts/{account}/outgoing/{server}",
    "/administration/network",
)


def sign(page: Page, field: str) -> Locator:
    """Return the «?» of a field."""
    return page.locator(f"#{field}-help > summary")


def words(page: Page, field: str) -> Locator:
    """Return what the «?» opens."""
    return page.locator(f"#{field}-help > p")


def test_opened_they_stand_in_nobodys_way(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, "anna@guess.test", window.name)
    [(server,)] = office.rows("SELECT outgoing_id FROM accounts WHERE id = ?", account)
    wrong: Wrong = {}

    for address in PAGES:
        window.go(address.format(account=account, server=server))
        assert window.page.locator("details.help").count() > 1
        window.page.evaluate(OPEN_ALL)
        wrong |= wrong_with(window.page, address)

    assert wrong == {}


def test_the_keyboard_opens_and_closes_one(office: Office, new_page: NewPage) -> None:
    page = SettingsWindow(new_page(), office).page
    page.goto(office.served.address + "/accounts/new")
    expect(sign(page, "address")).to_have_accessible_name("Что это: Адрес электронной почты")
    expect(words(page, "address")).to_be_hidden()

    sign(page, "address").focus()
    for key in ("Enter", "Space"):
        page.keyboard.press(key)
        expect(words(page, "address")).to_be_visible()
        page.keyboard.press(key)
        expect(words(page, "address")).to_be_hidden()
    page.keyboard.press("Tab")

    expect(page.locator("#address")).to_be_focused()


def test_a_press_on_it_changes_nothing_in_the_form(office: Office, new_page: NewPage) -> None:
    page = SettingsWindow(new_page("en"), office, "en").page
    page.goto(office.served.address + "/accounts/new")

    sign(page, "for_sending").click()

    expect(sign(page, "for_sending")).to_have_accessible_name("What is this: sending")
    expect(words(page, "for_sending")).to_be_visible()
    expect(page.locator("#for_sending")).to_be_checked()
    assert page.url.endswith("/accounts/new")


def test_it_works_without_javascript(office: Office, new_page: NewPage) -> None:
    page = SettingsWindow(new_page(javascript=False), office).page
    page.goto(office.served.address + "/accounts/new")

    sign(page, "for_whom").click()

    expect(words(page, "for_whom")).to_be_visible()


def test_in_the_form_of_both_servers_it_stands_beside_the_name_and_opens_above_the_control(
    office: Office, new_page: NewPage
) -> None:
    wizard = Wizard(new_page(), office)
    wizard.fill("anna@uspeh.test", by_hand=True)
    wizard.press("next")
    wizard.page.wait_for_url("**/servers")
    wizard.page.evaluate(OPEN_ALL)

    assert wrong_with(wizard.page, "form of both servers") == {}
    for width, field in product((360, 1440), ("incoming_host", "outgoing_auth", "incoming_username")):
        wizard.page.set_viewport_size({"width": width, "height": 800})
        beside = wizard.page.locator(".field", has=wizard.page.locator(f"#{field}")).evaluate(BESIDE)

        assert beside == [True, True], (field, width)


def test_an_open_one_stays_open_when_the_page_around_it_is_asked_for_again(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    window.go(f"/accounts/{lay(office, 'anna@guess.test', window.name)}/outgoing/new")
    sign(window.page, "outgoing_port").click()

    window.type("outgoing_host", "smtp.yandex.ru")
    window.page.locator("#outgoing_host").blur()

    expect(window.page.locator("#outgoing_port")).to_have_value("465")
    expect(words(window.page, "outgoing_port")).to_be_visible()
