"""An office's own certificate authority: added by an administrator, it makes the office's servers believed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.settings_window import SettingsWindow
from tests.browser.wizard import Wizard
from tests.browser.words import word
from tests.office_authority import key_pem, make

NETWORK = "/administration/network"
ADD = f"{NETWORK}/authorities/new"
OFFICES = "anna@untrusted.test"  # its servers have certificates of an authority nobody knows


def stored(office: Office) -> list[tuple[str, ...]]:
    return office.rows("SELECT name FROM office_authorities ORDER BY name")


def add_as_file(window: SettingsWindow, file: str) -> None:
    """Choose a file, compare, and trust."""
    window.go(NETWORK)
    window.follow("Add…")
    window.page.locator("#authority_file").set_input_files(file)
    window.press("Next")
    expect(window.page.locator(".fingerprint")).to_be_visible()
    window.press("Everything matches: trust")
    expect(window.page.locator(".steps h3")).to_be_visible()


@pytest.mark.parametrize(("language", "javascript"), [("ru", True), ("en", False)])
def test_an_added_authority_lets_an_account_of_the_office_be_saved_without_a_question(
    office: Office, new_page: NewPage, language: str, javascript: bool
) -> None:
    window = SettingsWindow(new_page(language, javascript=javascript), office, language)
    wizard = Wizard(new_page(), office, is_admin=False)
    wizard.begin(OFFICES)
    wizard.sees("not-found")
    expect(wizard.error_at("incoming_host")).to_contain_text("выдан неизвестным издателем")

    add_as_file(window, str(office.lab.ca.stranger_file))

    assert len(stored(office)) == 1
    wizard.find(OFFICES)
    wizard.save()
    assert office.servers("SELECT count(pinned_sha256) FROM servers") == [(0,)]
    office.lab.empty(OFFICES)


def test_a_removed_authority_is_believed_no_longer(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    add_as_file(window, str(office.lab.ca.stranger_file))
    wizard = Wizard(new_page(), office)
    wizard.find(OFFICES)

    window.page.get_by_role("link", name=word("Remove…", "ru")).click()
    window.press("Trust it no longer")

    expect(window.page.get_by_role("status").first).to_contain_text("больше не доверяют")
    assert stored(office) == []
    wizard.begin(OFFICES)
    wizard.sees("not-found")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_private_key_is_refused_at_its_field_and_gone_from_the_page(
    office: Office, new_page: NewPage, javascript: bool
) -> None:
    window = SettingsWindow(new_page(javascript=javascript, expected="422"), office)
    secret = key_pem(make()).decode()
    window.go(ADD)
    window.type("authority_text", make().pem.decode() + secret)

    window.press("Next")

    expect(window.page.locator("#authority_text-error")).to_contain_text("закрытый ключ")
    expect(window.page.locator("#authority_text")).to_have_value("")
    assert secret.splitlines()[1] not in window.page.content()


def test_two_presses_add_an_authority_once(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    window.go(ADD)
    window.type("authority_text", make("Office").pem.decode())
    window.press("Next")

    button = window.page.get_by_role("button", name=word("Everything matches: trust", "ru"), exact=True)
    button.dblclick()

    expect(window.page.locator(".steps h3")).to_have_count(1)
    assert stored(office) == [("Office",)]
    assert office.rows("SELECT action FROM journal WHERE action = 'authority-added'") == [("authority-added",)]


def pictures(window: SettingsWindow) -> Iterator[str]:
    """Lead the page from picture to picture."""
    page = window.page
    window.go(NETWORK)
    yield "network-none"
    window.go(ADD)
    yield "authority-new"
    window.press("Next")
    expect(page.locator("#error-summary")).to_be_visible()
    yield "authority-refused"
    window.type("authority_text", "".join(one.pem.decode() for one in (make(), make("mail", issuer=make("Root")))))
    window.press("Next")
    expect(page.locator(".fingerprint")).to_have_count(2)
    yield "authority-review"
    window.press("Everything matches: trust")
    expect(page.locator(".steps h3")).to_have_count(2)
    window.office.change("UPDATE office_authorities SET not_after = '2024-03-01 00:00:00' WHERE name = 'mail'")
    window.go(NETWORK)
    yield "network"
    page.get_by_role("link", name=word("Remove…", window.language)).first.click()
    expect(page.locator("h1")).to_contain_text("mail")
    yield "authority-remove"


def test_the_pages_of_authorities_stand_in_nobodys_way(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(expected="422"), office)

    wrong: Wrong = {}
    for name in pictures(window):
        wrong |= wrong_with(window.page, name)

    assert wrong == {}
