"""Where the password would go further than a trusted source said, the person is asked first, in full."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.wizard import Wizard

HOSTED, PLAIN = "anna@mx.test", "anna@plain.test"


def agree(wizard: Wizard) -> None:
    """Tick every box of the consent page and go on."""
    for box in wizard.page.get_by_role("checkbox").all():
        box.check()
    wizard.page.get_by_role("button", name="Согласиться").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_servers_only_the_mx_points_to_get_the_password_after_consent_to_their_domain(
    office: Office, new_page: NewPage, javascript: bool
) -> None:
    wizard = Wizard(new_page(javascript=javascript, expected="422"), office)
    before = office.logins()
    wizard.begin(HOSTED)
    wizard.sees("needs-consent")
    wizard.press("done")
    wizard.page.wait_for_url("**/consent")

    expect(wizard.page.locator(".consent__domain")).to_have_text(["hoster.test", "hoster.test"])
    expect(wizard.page.locator(".consent__host")).to_have_text(["korob-21.hoster.test", "gonec-46.hoster.test"])
    wizard.page.get_by_role("checkbox").first.check()
    wizard.page.get_by_role("button", name="Согласиться").click()
    expect(wizard.page.get_by_role("alert")).to_contain_text("отметьте все флажки")
    expect(wizard.page.get_by_role("checkbox").first).to_be_checked()
    assert office.logins() == before, "nothing was sent before the consent to all of it"
    agree(wizard)

    wizard.sees("saved")
    assert office.accounts() == [HOSTED]
    assert len(office.logins()) > len(before)


def test_servers_without_any_protection_are_named_as_such_and_the_consent_is_recorded(
    office: Office, new_page: NewPage
) -> None:
    wizard = Wizard(new_page(), office)
    before = office.logins()
    wizard.begin(PLAIN)
    wizard.sees("needs-consent")
    expect(wizard.page.locator("#half-incoming")).to_contain_text("без защиты")
    wizard.press("done")
    wizard.page.wait_for_url("**/consent")
    expect(wizard.page.get_by_text("imap.plain.test:143", exact=True)).to_be_visible()
    assert office.logins() == before

    agree(wizard)

    wizard.sees("saved")
    recorded = "SELECT place, password, name FROM plain_consents JOIN users ON users.id = agreed_by_id ORDER BY place"
    assert office.rows(recorded) == [
        ("imap.plain.test:143", 1, wizard.name),
        ("smtp.plain.test:587", 1, wizard.name),
    ]
    wizard.page.get_by_role("link", name="Открыть учётную запись").click()
    wizard.page.get_by_role("link", name="Пароль и защита").click()
    expect(wizard.page.get_by_text("разрешил(а) Анна Петрова").first).to_be_visible()


def test_unprotected_by_hand_is_refused_where_the_server_knows_tls(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    before = office.logins()
    wizard.fill("anna@guess.test", by_hand=True)
    wizard.press("next")
    wizard.field("incoming_security").select_option("none")

    wizard.press("done")

    expect(wizard.error_at("incoming_security")).to_contain_text("умеет SSL/TLS")
    assert office.logins() == before
    assert office.accounts() == []


def test_only_an_administrator_agrees_to_no_protection_for_everyone(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office, is_admin=False)
    wizard.fill(PLAIN)

    expect(wizard.page.get_by_label("Для всех")).to_be_disabled()
    expect(wizard.page.get_by_label("Только для меня")).to_be_checked()
