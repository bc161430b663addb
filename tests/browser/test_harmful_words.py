"""Foreign words on the program's other pages: names of folders, servers' words, quotes, notices, files handed out."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.kept_letters import keep
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.browser.test_notices import COPY, TELL
from tests.browser.watch import HARMFUL, Watch
from tests.mail.messages.letters import mixed
from tests.mail.messages.vectors import Vector, letter_with

ANNA = "anna@guess.test"
# Ends every element and attribute it may stand in; whoever runs it calls alert().
WORDS = """'"></title></textarea></select><img src=x onerror=alert(1)><b hx-on:load=alert(1) hx-get=/x>{{7*7}}"""
SAID = json.dumps({"kind": "letter-refused", "host": "smtp.guess.test", "port": 465, "server_said": f"554 {WORDS}"})
REFUSED = "UPDATE outgoing_letters SET state = 'refused', sha256 = NULL, message_id = '<1@x>', problem = ? WHERE id = ?"
RECIPIENT = "INSERT INTO outgoing_recipients VALUES (?, ?, 0, 'refused', ?)"
PAGE = b"Content-Type: text/html; name=page.html\r\nContent-Disposition: inline\r\n\r\n<script>alert(1)</script>"
PICTURE = b"Content-Type: image/svg+xml; name=a.svg\r\nContent-Disposition: inline\r\n\r\n<svg onload='alert(1)'/>"


@pytest.fixture
def window(office: Office, new_page: NewPage) -> SettingsWindow:
    """Return somebody whose account has hostile names."""
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name, title=WORDS)
    keep(
        office,
        account,
        letter_with(*(Vector("", where, WORDS) for where in ("subject", "sender", "file-name", "text"))),
    )
    office.change("UPDATE folders SET name = ?, delimiter = '|' WHERE role = 'trash'", f"A|{WORDS}")
    office.change("UPDATE folders SET role = 'other' WHERE role = 'trash'")
    return window


def seen(page: Page, *, within: str = "#main") -> list[str]:
    """Return what is harmful in a page that shows the words."""
    expect(page.locator(within)).to_contain_text("onerror=alert(1)")
    expect(page.locator(within)).to_contain_text("{{7*7}}")
    return list(page.evaluate(HARMFUL, True))


def test_foreign_words_run_on_no_page(window: SettingsWindow, office: Office) -> None:
    page, watch = window.page, Watch(window.page, office.served.address)
    [(letter,)] = office.rows("SELECT id FROM letters")
    [(folder,)] = office.rows("SELECT id FROM folders WHERE role = 'other'")
    found = []
    for path in ("/mail", f"/mail/folders/{folder}", f"/mail/letters/{letter}/delete", "/accounts"):
        window.go(path)
        found += seen(page)
    window.go("/mail/all")
    page.locator("#mail-words").fill(f"{WORDS} nowhere")
    page.locator("#mail-words").press("Enter")  # which htmx swaps in
    found += seen(page, within="#mail-list .empty")
    for answer in ("Reply", "Forward"):
        window.go(f"/mail/letters/{letter}")
        window.press(answer)
        page.wait_for_url("**/mail/drafts/*")
        found += seen(page)
    window.go("/mail/drafts")
    found += seen(page)
    found += refused(window, office)
    watch.end()

    assert found == []
    assert watch.happened == []


def refused(window: SettingsWindow, office: Office) -> list[str]:
    """Have a server refuse a letter and a recipient in these words, and a notice tell of it."""
    [(draft,), *_] = office.rows("SELECT id FROM outgoing_letters")
    office.change(REFUSED, SAID, draft)
    office.change(RECIPIENT, draft, WORDS, SAID)
    office.change("DELETE FROM notices WHERE id = 921")
    office.change(TELL, 921)
    office.change("UPDATE notices SET subject = ?, problem = ? WHERE id = 921", WORDS, SAID)
    office.change(COPY, 921, window.name)
    found = []
    for path in ("/mail/outbox", f"/mail/outbox/{draft}", "/notices"):
        window.go(path)
        found += seen(window.page)
    return found


def test_files_and_sources_of_letters_are_never_shown_as_pages_of_ours(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    keep(office, lay(office, ANNA, window.name), mixed(b"Content-Type: text/html\r\n\r\n<p>hello", PAGE, PICTURE))
    [(letter,)] = office.rows("SELECT id FROM letters")
    page, watch = window.page, Watch(window.page, office.served.address)
    window.go(f"/mail/letters/{letter}")
    files = page.locator(".letter__file")
    expect(files).to_have_count(2)
    for number, name in enumerate(("page.html", "a.svg")):
        files.nth(number).evaluate("link => { link.removeAttribute('download'); }")
        with page.expect_download() as download:
            files.nth(number).click()
        assert download.value.suggested_filename == name
    window.go(f"/mail/letters/{letter}/source")
    watch.end()

    assert page.evaluate("document.contentType") == "text/plain"
    assert page.evaluate("document.querySelectorAll('script, svg').length") == 0
    assert watch.happened == []
