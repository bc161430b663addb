"""A line of the ladder opens: by keyboard, while the page asks for news, to its end, and without JavaScript."""

import socket

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.office import LIMIT_S, Office
from tests.browser.wizard import Wizard

SILENT, HALFWAY, ANNA = "anna@silent.test", "anna@halfway.test", "anna@uspeh.test"
FOCUSED = "element => element === document.activeElement"


def lines(page: Page) -> Locator:
    """Return the lines of the ladder that open."""
    return page.locator("details.step > summary")


def polls(page: Page, count: int) -> None:
    """Wait until the page has asked for news so many times more."""
    for _ in range(count):
        with page.expect_response("**/progress"):
            pass


def probe(page: Page, place: str) -> Locator:
    """Return the line of one server."""
    return page.locator("details.step", has=page.locator("summary", has_text=place))


def test_a_line_opened_by_keyboard_stays_open_and_keeps_the_focus_while_the_page_asks(
    office: Office, new_page: NewPage
) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    wizard.begin(SILENT, "no matter")
    line = probe(page, "imap.silent.test:993")
    line.locator("summary").focus()

    page.keyboard.press("Enter")

    expect(line.locator(".detail")).to_be_visible()
    polls(page, 3)
    expect(line).to_have_attribute("open", "")
    assert line.locator("summary").evaluate(FOCUSED)
    expect(line.locator(".stage--running")).to_have_text("порт проверяем")
    expect(line.locator(".talk")).to_contain_text("имя найдено")
    page.keyboard.press("Enter")
    polls(page, 2)
    expect(line).not_to_have_attribute("open", "")
    assert line.locator("summary").evaluate(FOCUSED)
    wizard.press("stop")
    wizard.sees("stopped")


def test_an_opened_line_is_still_open_and_tells_its_end_when_the_run_is_over(office: Office, new_page: NewPage) -> None:
    place = office.lab.network.refusing, 465
    office.lab.dns.override("smtp.halfway.test", "A", [place[0]])
    page = new_page()
    wizard = Wizard(page, office)
    with socket.create_server(place) as silent:
        silent.settimeout(LIMIT_S)
        wizard.begin(HALFWAY, "no matter")
        line = probe(page, "smtp.halfway.test:465")
        line.locator("summary").click()
        expect(line.locator(".talk")).to_contain_text("имя найдено")
        silent.accept()[0].close()

    wizard.sees("half-found")

    expect(page.locator("#error-summary")).to_be_focused()
    expect(line.locator(".stage--failed")).to_contain_text("не получилось")
    expect(line.locator(".ending")).to_contain_text("Что делать:")
    expect(line.locator(".detail")).to_be_visible()
    assert line.locator(".detail").get_attribute("hx-get") is None


def test_lines_opened_in_a_hurry_all_tell_what_was_said(office: Office, new_page: NewPage) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    wizard.find(ANNA)
    wizard.save()

    wizard.unfold()
    page.evaluate("document.querySelectorAll('details.step > summary').forEach(line => line.click())")

    expect(page.locator(".talk")).to_have_count(4)
    expect(page.locator(".step__said > a")).to_have_count(0)
    office.lab.empty(ANNA)


def test_a_failed_login_takes_the_focus_to_the_summary_and_its_lines_lead_on(office: Office, new_page: NewPage) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    wizard.find(ANNA, "not the password")

    wizard.press("done")

    wizard.sees("login-refused")
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    sentence = summary.locator("li a").first
    expect(wizard.error_at("secret")).to_contain_text(sentence.inner_text())
    sentence.click()
    expect(page.locator("#secret")).to_be_focused()
    expect(page.locator("#secret")).to_have_attribute("aria-invalid", "true")
    assert "secret-error" in str(page.locator("#secret").get_attribute("aria-describedby"))
    summary.get_by_role("link", name="Показать шаг").first.click()
    line = page.locator("details.step[open]")
    expect(line.locator("summary")).to_be_focused()
    expect(line.locator(".stage--failed")).to_contain_text("вход")
    expect(line.locator(".ending")).to_contain_text(sentence.inner_text())
    expect(line.locator(".talk")).not_to_contain_text("not the password")


def test_without_javascript_a_line_opens_and_leads_to_what_was_said(office: Office, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    wizard = Wizard(page, office)
    wizard.find(ANNA, "not the password")
    wizard.press("done")
    wizard.sees("login-refused")
    expect(page.locator("#error-summary")).to_be_focused()
    wizard.unfold()
    line = lines(page).first
    line.focus()

    page.keyboard.press("Enter")

    expect(page.locator(".stage--failed").first).to_be_visible()
    page.get_by_role("link", name="Что спросили и что ответили").first.click()
    expect(page.locator("h1")).to_have_text("Что спросили и что ответили")
    expect(page.locator(".talk")).to_be_visible()
    page.get_by_role("link", name="Назад к шагам").click()
    wizard.sees("login-refused")


def test_a_field_of_another_page_takes_the_focus(office: Office, new_page: NewPage) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    wizard.begin("anna@no-such-domain.test", "no matter")
    wizard.sees("not-found")

    page.locator("#error-summary li a").first.click()

    expect(page.locator("#address")).to_be_focused()


def test_an_opened_line_fits_its_page(office: Office, new_page: NewPage) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    wizard.find(ANNA)
    wizard.unfold()

    for line in page.locator("details.step").all():
        line.locator("summary").click()
        expect(line.locator(".detail")).to_be_visible()  # or the next line moves away under the click

    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
