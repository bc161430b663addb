"""kill -9 in the middle of a run: the next start says so, nothing entered is lost, the password does not stay."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office, wait_until
from tests.browser.sockets import peers
from tests.browser.wizard import Wizard

SILENT = "anna@silent.test"
SERVER_GONE = ("net::ERR_", "Failed to fetch")


def kill_during_the_search(office: Office) -> None:
    """Kill the server while it waits for a silent host, and start it again."""
    wait_until(lambda: bool(peers(office.served.pid, office.lab.network.cidr)), "the search is at work")
    office.served.kill()
    office.served.start()


def test_after_a_restart_the_run_is_interrupted_what_was_typed_is_there_and_a_retest_works(
    office: Office, new_page: NewPage
) -> None:
    page = new_page(expected=SERVER_GONE)
    wizard = Wizard(page, office)
    wizard.begin(SILENT, office.lab.mailbox("anna@guess.test").password)
    wizard.edit()
    wizard.field("incoming_host").fill("mail.silent.test")
    wizard.field("incoming_port").fill("143")
    wizard.press("retest")
    page.wait_for_url(lambda url: not url.endswith("/servers"))
    kill_during_the_search(office)

    wizard.sees("interrupted")  # the open page found out by itself

    expect(wizard.field("incoming_host")).to_have_value("mail.silent.test")
    expect(wizard.field("incoming_port")).to_have_value("143")
    page.get_by_role("link", name="Изменить введённое").click()
    expect(page.get_by_label("Адрес электронной почты")).to_have_value(SILENT)
    page.go_back()
    wizard.field("incoming_host").fill("imap.guess.test")
    wizard.field("outgoing_host").fill("smtp.guess.test")
    wizard.press("retest")
    wizard.sees("found")


def test_the_password_of_the_killed_run_is_gone_after_its_time(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(expected=SERVER_GONE), office)
    wizard.begin(SILENT, "no matter")
    wait_until(office.going_on, "the search is at work")
    office.served.kill()
    [(kept_until,)] = office.rows("SELECT secret_expires_at FROM drafts WHERE secret IS NOT NULL")
    left = datetime.fromisoformat(kept_until).replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(0) < left <= timedelta(minutes=30)

    office.change("UPDATE drafts SET secret_expires_at = datetime('now', '-1 second')")
    office.served.start()

    wait_until(lambda: office.rows("SELECT secret FROM drafts") == [(None,)], "the secret is wiped")


def test_a_password_whose_time_has_come_is_asked_for_again_and_not_used(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(expected="422"), office)
    wizard.begin("anna@guess.test")
    wizard.sees("found")
    assert office.rows("SELECT secret IS NOT NULL FROM drafts") == [(1,)]

    office.change("UPDATE drafts SET secret_expires_at = datetime('now', '-1 second')")
    wizard.press("done")

    expect(wizard.page.locator("#secret")).to_be_visible()  # asked for again, in place
    assert office.accounts() == []
