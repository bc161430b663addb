"""axe-core finds nothing on the pages of writing and of the outbox, in light and dark, wide and narrow."""

import pytest

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow

LONG = "vera.konstantinopolskaya@ochen-dlinnoe-imya-domena-konstantinopol.test"


@pytest.fixture(scope="module")
def office_environment() -> dict[str, str]:
    return {"MAILROOM_WORKER": "apart"}  # nobody sends: letters stay where they are


def test_no_page_of_writing_stands_in_anybodys_way(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(expected="422"), office)
    lay(office, "anna@guess.test", window.name)
    wrong: Wrong = {}
    for path in ("/mail/new", "/mail/drafts", "/mail/outbox"):
        window.go(path)
        wrong |= wrong_with(window.page, path)
    window.go("/mail/new")
    for name, words in (("to", "boris@, Team: x"), ("subject", "Слово" * 30), ("body", "текст")):
        window.type(name, words)
    window.press("Send")
    window.page.locator("#to-error").wait_for()
    wrong |= wrong_with(window.page, "refused form")
    window.type("to", f"{LONG}, boris@guess.test")
    window.press("Send")
    window.page.locator("#standing").wait_for()
    wrong |= wrong_with(window.page, "letter")
    office.change("UPDATE outgoing_letters SET state = 'in-doubt'")
    window.go("/mail/outbox")
    wrong |= wrong_with(window.page, "outbox")

    assert wrong == {}
