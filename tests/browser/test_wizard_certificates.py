"""Servers that cannot prove who they are: no password goes out, and consent reaches exactly one certificate."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.wizard import Wizard

UNTRUSTED = "anna@untrusted.test"
REASONS = {
    "selfsigned.test": "подписан им самим",
    "expired.test": "просрочен",
    "wrongname.test": "выдан на другое имя",
}
FINGERPRINT = re.compile("^([0-9A-F]{2}:){31}[0-9A-F]{2}$")


def accept_certificates(wizard: Wizard) -> None:
    """Look at the certificates and accept them all."""
    wizard.page.get_by_role("link", name="Посмотреть сертификат").click()
    wizard.page.wait_for_url("**/consent")
    accept_all(wizard)


def accept_all(wizard: Wizard) -> None:
    """Tick every box of the page of consent and go on."""
    for box in wizard.page.get_by_role("checkbox").all():
        box.check()
    wizard.page.get_by_role("button", name="Согласиться").click()


def test_an_untrusted_certificate_behind_starttls_is_named_and_no_password_is_sent(
    office: Office, new_page: NewPage
) -> None:
    wizard = Wizard(new_page(), office)
    before = office.logins()
    wizard.begin(UNTRUSTED)

    wizard.sees("not-found")
    for name in ("incoming_host", "outgoing_host"):
        expect(wizard.error_at(name)).to_contain_text("выдан неизвестным издателем")
    for direction in ("incoming", "outgoing"):
        assert wizard.field(f"{direction}_security").input_value() != "none"
    expect(wizard.page.get_by_text("без защиты", exact=True)).to_have_count(0)
    assert office.logins() == before
    found = "SELECT count(*) FROM runs WHERE json_extract(outcome, '$.findings.incoming[0]') IS NOT NULL"
    assert office.rows(found) == [(0,)], "nothing is offered at all, least of all unprotected"


def test_done_by_hand_does_not_send_it_either(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    before = office.logins()
    wizard.fill(UNTRUSTED, by_hand=True)
    wizard.press("next")
    for direction in ("incoming", "outgoing"):
        wizard.field(f"{direction}_security").select_option("starttls")

    wizard.press("done")

    wizard.sees("not-proved")
    expect(wizard.error_at("incoming_security")).to_contain_text("выдан неизвестным издателем")
    assert office.logins() == before
    assert office.accounts() == []


def test_another_certificate_than_the_accepted_one_gets_no_password(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.begin(UNTRUSTED)
    wizard.sees("not-found")
    accept_certificates(wizard)
    wizard.sees("found")
    before = office.logins()
    other = office.lab.network.of("imap.selfsigned.test")
    office.lab.dns.override("imap.untrusted.test", "A", [other])

    wizard.press("done")

    wizard.sees("not-proved")
    expect(wizard.page.locator("#error-summary")).to_contain_text("не тот сертификат, который был принят")
    names = [line for line in office.logins()[len(before) :] if other in line]
    assert names == []
    assert office.accounts() == []


def test_each_bad_certificate_is_named_in_its_own_words(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)

    for domain, reason in REASONS.items():
        wizard.begin(f"anna@{domain}")

        wizard.sees("not-found")
        expect(wizard.page.locator("#error-summary")).to_contain_text(reason)


def test_the_hosters_name_is_one_press_away_and_gets_the_password_after_consent(
    office: Office, new_page: NewPage
) -> None:
    wizard = Wizard(new_page(), office)
    page = wizard.page
    wizard.fill("anna@customer.test", by_hand=True)
    wizard.press("next")
    for direction, host in (("incoming", "imap.customer.test"), ("outgoing", "smtp.customer.test")):
        wizard.field(f"{direction}_host").fill(host)
        wizard.field(f"{direction}_security").select_option("tls")
    before = office.logins()
    wizard.press("done")
    wizard.sees("not-proved")

    page.get_by_role("button", name="Взять имя сервера korob-21.hoster.test").click()
    wizard.sees("needs-consent")
    assert office.logins() == before
    wizard.press("done")
    page.wait_for_url("**/consent*")
    expect(page.locator(".consent__domain").first).to_have_text("hoster.test")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Согласиться и проверить").click()

    wizard.sees("saved")
    hosts = office.servers("SELECT host, pinned_sha256 FROM servers ORDER BY host")
    assert hosts == [("gonec-46.hoster.test", None), ("korob-21.hoster.test", None)]


def refuse_half_an_answer(wizard: Wizard) -> None:
    """Look at the certificates, accept none, and go on; the page of consent is open then."""
    page = wizard.page
    page.get_by_role("link", name="Посмотреть сертификат").click()
    expect(page.get_by_text("imap.untrusted.test:143")).to_be_visible()
    expect(page.get_by_text("Nobody in particular").first).to_be_visible()
    expect(page.locator(".fingerprint").first).to_have_text(FINGERPRINT)
    page.get_by_role("button", name="Согласиться").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert wizard.office.rows("SELECT count(*) FROM runs") == [(1,)]


def test_a_consent_takes_no_half_answer_and_pins_the_certificates_the_account_is_saved_with(
    office: Office, new_page: NewPage
) -> None:
    wizard = Wizard(new_page(expected="422"), office)
    wizard.begin(UNTRUSTED)
    wizard.sees("not-found")
    refuse_half_an_answer(wizard)
    accept_all(wizard)
    wizard.sees("found")

    wizard.save()

    pins = office.servers("SELECT host, length(pinned_sha256) FROM servers ORDER BY host")
    assert pins == [("imap.untrusted.test", 64), ("smtp.untrusted.test", 64)]
    withdraw_trust(wizard)


def withdraw_trust(wizard: Wizard) -> None:
    """See in the settings of the saved account what is trusted, withdraw it, and check the servers."""
    page = wizard.page
    page.get_by_role("link", name="Открыть учётную запись").click()
    page.get_by_role("link", name="Пароль и защита").click()
    expect(page.locator(".fingerprint").first).to_have_text(FINGERPRINT)
    expect(page.get_by_text("Кто и когда принял").first).to_be_visible()

    page.get_by_role("button", name="Больше не принимать").first.click()

    expect(page.get_by_text("Сертификат больше не принимается.")).to_be_visible()
    expect(page.locator(".fingerprint")).to_have_count(1)
    page.get_by_role("link", name="Проверки").click()
    page.get_by_role("button", name="Проверить настройки").click()
    wizard.sees("not-proved")
    expect(page.locator("#error-summary")).to_contain_text("неизвестным издателем")
    page.get_by_role("link", name="Посмотреть сертификат").click()
    expect(page.get_by_text("imap.untrusted.test:143")).to_be_visible()
