"""Every picture the set-up can show, one after another: for axe to check and for people to look at."""

from collections.abc import Callable, Iterator

from playwright.sync_api import expect

from tests.browser.wizard import Wizard

Walk = Callable[[Wizard], Iterator[str]]
"""Leads the wizard's page from picture to picture and yields the name of each."""

ANNA, SILENT, HALF_SILENT = "anna@uspeh.test", "anna@silent.test", "anna@blackhole.test"


def the_first_form(wizard: Wizard) -> Iterator[str]:
    """Empty, with mistakes, with offers."""
    page = wizard.page
    page.goto(wizard.office.served.address + "/accounts")
    yield "accounts-none"
    page.goto(wizard.office.served.address + "/accounts/new?fresh=1")
    yield "form"
    wizard.press("continue")
    expect(page.locator("#error-summary")).to_be_visible()
    yield "form-errors"
    wizard.fill("anna@gmial.com", "abcd efgh ijkl mnop")
    wizard.press("continue")
    expect(page.locator(".offer").first).to_be_visible()
    yield "form-offers"


def found_and_saved(wizard: Wizard) -> Iterator[str]:
    """The straight way, then the account and its end."""
    page = wizard.page
    wizard.find(ANNA)
    yield "found"
    for others in page.locator("details.half__others").all():
        others.locator("summary").click()
    yield "found-alternatives"
    wizard.save()
    yield "saved"
    page.get_by_role("link", name="Открыть учётную запись").click()
    expect(page.locator(".window__name")).to_be_visible()
    yield "account"
    page.locator("#account-actions summary").click()
    yield "account-actions"
    page.locator("a[href$='/delete']").click()
    page.wait_for_url("**/delete")
    yield "account-delete"
    page.goto(wizard.office.served.address + "/accounts")
    yield "accounts"
    wizard.fill(ANNA)
    wizard.press("continue")
    expect(page.locator("#address-error")).to_be_visible()
    yield "form-duplicate"


def refused(wizard: Wizard) -> Iterator[str]:
    """A wrong password."""
    wizard.find("boris@uspeh.test", "not the password")
    wizard.press("done")
    wizard.sees("login-refused")
    yield "login-refused"
    wizard.unfold()
    for line in wizard.page.locator("details.step > summary").all():
        line.click()
    expect(wizard.page.locator(".step__said > a")).to_have_count(0)
    yield "login-refused-steps"
    wizard.page.goto(f"{wizard.office.served.address}/runs/{wizard.run_id}/steps")
    yield "steps"


def searching_and_stopped(wizard: Wizard) -> Iterator[str]:
    """A search that takes long, with nothing and with something found."""
    page = wizard.page
    wizard.begin(SILENT, "no matter")
    expect(page.locator(".rung").nth(5)).to_be_visible()
    yield "searching"
    wizard.edit()
    yield "by-hand-while-searching"
    page.goto(f"{wizard.office.served.address}/runs/{wizard.run_id}")
    wizard.press("stop")
    wizard.sees("stopped")
    yield "stopped-nothing"
    wizard.office.lab.dns.override("smtp.blackhole.test", "A", [wizard.office.lab.network.silent])
    wizard.begin(HALF_SILENT)
    expect(page.locator("#found-so-far")).to_be_visible()
    yield "searching-found-so-far"
    wizard.press("stop")
    wizard.sees("stopped")
    yield "stopped-half"


def by_hand(wizard: Wizard) -> Iterator[str]:
    """Recommended values, slips in the form, a port that does not answer."""
    wizard.fill("anna@guess.test", by_hand=True)
    yield "form-by-hand"
    wizard.press("next")
    wizard.page.wait_for_url("**/servers")
    yield "by-hand"
    wizard.field("separate_secret").check()
    wizard.field("incoming_port").fill("70000")
    wizard.field("outgoing_host").fill("no name at all")
    wizard.press("retest")
    expect(wizard.error_at("incoming_port")).to_be_visible()
    yield "by-hand-errors"
    wizard.field("separate_secret").uncheck()
    wizard.field("incoming_port").fill("995")
    wizard.field("outgoing_host").fill("smtp.guess.test")
    wizard.press("retest")
    wizard.sees("half-found")
    yield "half-found-port"


def without_servers(wizard: Wizard) -> Iterator[str]:
    """Nothing found, one half found, a domain there is not."""
    for name, address in (("half-found", "anna@halfway.test"), ("no-domain", "anna@nowhere.test")):
        wizard.begin(address, "no matter")
        expect(wizard.page.locator("#run.run--half-found, #run.run--not-found")).to_be_visible()
        yield name


def doubtful(wizard: Wizard) -> Iterator[str]:
    """Consent of every kind."""
    page = wizard.page
    for name, address in (("consent-host", "anna@mx.test"), ("consent-plain", "anna@plain.test")):
        wizard.begin(address)
        wizard.sees("needs-consent")
        yield f"needs-{name}"
        wizard.press("done")
        page.wait_for_url("**/consent")
        yield name
    wizard.begin("anna@untrusted.test")
    wizard.sees("not-found")
    yield "certificate-problem"
    page.locator("a[href$='/consent']").last.click()
    page.wait_for_url("**/consent")
    page.locator("button[type=submit]").last.click()
    expect(page.locator("#error-summary")).to_be_visible()
    for details in page.locator(".certificate__details").all():
        details.locator("summary").click()
    yield "consent-certificate-errors"
    yield from another_certificate(wizard)


def another_certificate(wizard: Wizard) -> Iterator[str]:
    """Accept what the page shows, and meet another certificate at the same place."""
    page, lab = wizard.page, wizard.office.lab
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.locator(".actions button").first.click()
    wizard.sees("found")
    lab.dns.override("imap.untrusted.test", "A", [lab.network.of("imap.selfsigned.test")])
    wizard.press("done")
    wizard.sees("not-proved")
    yield "certificate-changed"
    page.locator("a[href$='/consent']").last.click()
    page.wait_for_url("**/consent")
    yield "consent-certificate-changed"


def checked_and_not_proved(wizard: Wizard) -> Iterator[str]:
    """The check at work, and one that fails."""
    wizard.find("lost@uspeh.test")
    wizard.press("done")
    expect(wizard.page.locator("#run.run--saving .rung").nth(3)).to_be_visible()
    yield "saving"
    wizard.press("stop")
    wizard.sees("stopped")
    yield "stopped-letter"
    wizard.find("full@uspeh.test")
    wizard.press("done")
    wizard.sees("not-proved")
    yield "not-proved"
    wizard.office.change("UPDATE runs SET state = 'interrupted', outcome = NULL WHERE id = ?", wizard.run_id)
    wizard.page.reload()
    wizard.sees("interrupted")
    yield "interrupted"


WALKS: tuple[Walk, ...] = (
    the_first_form,
    found_and_saved,
    refused,
    searching_and_stopped,
    by_hand,
    without_servers,
    doubtful,
    checked_and_not_proved,
)
