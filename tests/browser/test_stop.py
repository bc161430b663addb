"""Stop: within a second of the click nothing is going on any more, and what was found stays."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office, wait_until
from tests.browser.sockets import peers
from tests.browser.wizard import Wizard

WITH_AND_WITHOUT_JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])

PROMISED_S = 1.0  # the one limit that may be asserted: the product promises it
NOTE_THE_CLICK = "addEventListener('click', () => { sessionStorage.clicked_at = Date.now() }, true)"
CLICKED_AT = "Number(sessionStorage.clicked_at) / 1000"
SILENT, HALF_SILENT = "anna@silent.test", "anna@blackhole.test"


def talks(office: Office) -> list[str]:
    """Return whom of the lab the server talks to right now."""
    return peers(office.served.pid, office.lab.network.cidr)


def seconds_from_click_to_silence(office: Office, page: Page) -> float:
    """Return how long after the click on the page the server had closed its last socket."""
    wait_until(lambda: not talks(office), "the server talks to nobody")
    return time.time() - float(page.evaluate(CLICKED_AT))


def unfinished_steps(office: Office, run_id: str) -> list[tuple[str]]:
    """Return the steps of a run that say they are still being worked on."""
    going = "json_extract(step, '$.state') IN ('waiting', 'running')"
    return office.rows(f"SELECT key FROM run_steps WHERE run_id = ? AND {going}", run_id)  # noqa: S608


def test_within_a_second_of_the_click_no_socket_and_no_task_remains(office: Office, new_page: NewPage) -> None:
    page = new_page(fresh=True)
    page.add_init_script(NOTE_THE_CLICK)
    wizard = Wizard(page, office)
    wizard.begin(SILENT, "no matter")
    wait_until(lambda: len(talks(office)) > 1, "the server waits for silent hosts")

    page.locator("#stop").click(no_wait_after=True)

    assert seconds_from_click_to_silence(office, page) < PROMISED_S
    wizard.sees("stopped")
    assert not office.going_on()
    assert unfinished_steps(office, wizard.run_id) == []
    assert office.accounts() == []


@WITH_AND_WITHOUT_JAVASCRIPT
def test_what_was_found_before_stays_and_leads_to_a_saved_account(
    office: Office, new_page: NewPage, javascript: bool
) -> None:
    office.lab.dns.override("smtp.blackhole.test", "A", [office.lab.network.silent])
    page = new_page(javascript=javascript)
    wizard = Wizard(page, office)
    wizard.begin(HALF_SILENT)
    expect(page.locator("#found-so-far")).to_contain_text("imap.blackhole.test")

    wizard.press("stop")

    wizard.sees("stopped")
    expect(wizard.field("incoming_host")).to_have_value("imap.blackhole.test")
    expect(wizard.field("outgoing_host")).to_have_value("")
    assert office.accounts() == []
    wizard.field("outgoing_host").fill("smtp.guess.test")
    wizard.press("retest")
    wizard.sees("found")


def test_stop_during_the_check_saves_nothing_and_says_that_the_message_may_remain(
    office: Office, new_page: NewPage
) -> None:
    lost = "lost@uspeh.test"  # taken and thrown away, so the check looks for it until it is stopped
    wizard = Wizard(new_page(), office)
    wizard.find(lost)
    wizard.press("done")
    expect(wizard.page.locator("#ladder")).to_contain_text("смотрим в ящик")

    wizard.press("stop")

    wizard.sees("stopped")
    expect(wizard.page.locator("#run")).to_contain_text("может остаться в ящике")
    assert talks(office) == []
    assert office.accounts() == []


def test_stop_twice_and_after_the_end_is_harmless(office: Office, new_page: NewPage) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    wizard.begin(SILENT, "no matter")
    other = page.context.new_page()
    other.route("**/progress", lambda poll: poll.fulfill(status=204))  # a tab that has not heard of it yet
    other.goto(page.url)
    wizard.press("stop")
    wizard.sees("stopped")

    other.get_by_role("button", name="Стоп").click()

    expect(other.locator("#run.run--stopped")).to_be_visible()
    assert office.rows("SELECT count(*) FROM runs") == [(1,)]


def test_stop_keeps_its_looks_while_the_page_asks_for_news(office: Office, new_page: NewPage) -> None:
    page = new_page()
    wizard = Wizard(page, office)
    page.route("**/progress", lambda poll: None)  # the answer does not come
    wizard.begin(SILENT, "no matter")

    expect(page.locator("#run.htmx-request")).to_be_visible()

    assert page.locator("#stop").evaluate("stop => getComputedStyle(stop).opacity") == "1"


def test_stop_stays_in_reach_however_long_the_ladder_grows(office: Office, new_page: NewPage) -> None:
    page = new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    wizard = Wizard(page, office)
    wizard.begin(SILENT, "no matter")
    expect(page.locator(".rung").nth(30)).to_be_attached()

    page.locator(".rung").last.scroll_into_view_if_needed()

    expect(page.locator("#stop")).to_be_in_viewport()
    wizard.press("stop")
    wizard.sees("stopped")
