"""axe-core finds nothing on the pages of writing and of the outbox, in light and dark, wide and narrow."""

import pytest

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.browser.test_accessibility import LOOKS, TOO_WIDE, findings

LONG = "vera.konstantinopolskaya@ochen-dlinnoe-imya-domena-konstantinopol.test"


@pytest.fixture(scope="module")
def office_environment() -> dict[str, str]:
    return {"MAILROOM_WORKER": "apart"}  # nobody sends: letters stay where they are


def looked_at(window: SettingsWindow, name: str) -> dict[tuple[str, str, int], object]:
    """Return what is wrong with the page as it is now, by its look."""
    found = {}
    for scheme, width in LOOKS:
        window.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        window.page.set_viewport_size({"width": width, "height": 800})
        too_wide = [("wider than its window", None)] if window.page.evaluate(TOO_WIDE) else []
        found[name, scheme, width] = findings(window.page) + too_wide
    return {picture: wrong for picture, wrong in found.items() if wrong}


def test_no_page_of_writing_stands_in_anybodys_way(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(expected="422", reduced_motion="reduce"), office)
    lay(office, "anna@guess.test", window.name)
    wrong: dict[tuple[str, str, int], object] = {}
    for path in ("/mail/new", "/mail/drafts", "/mail/outbox"):
        window.go(path)
        wrong |= looked_at(window, path)
    window.go("/mail/new")
    for name, words in (("to", "boris@, Team: x"), ("subject", "Слово" * 30), ("body", "текст")):
        window.type(name, words)
    window.press("Send")
    window.page.locator("#to-error").wait_for()
    wrong |= looked_at(window, "refused form")
    window.type("to", f"{LONG}, boris@guess.test")
    window.press("Send")
    window.page.locator("#standing").wait_for()
    wrong |= looked_at(window, "letter")
    office.change("UPDATE outgoing_letters SET state = 'in-doubt'")
    window.go("/mail/outbox")
    wrong |= looked_at(window, "outbox")

    assert wrong == {}
