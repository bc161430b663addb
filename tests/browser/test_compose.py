"""Writing a letter in a real browser: kept while it is typed, files go up at once, sent once, followed to its end."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office, wait_until
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from webapp.storage.writing import LARGEST_FILE

ANNA, BORIS = "anna@guess.test", "boris@guess.test"
DATA = bytes(range(256)) * 100


@pytest.fixture(scope="module")
def office_environment() -> dict[str, str]:
    return {"MAILROOM_WORKER": "inside"}


@pytest.fixture
def desk(office: Office, new_page: NewPage) -> SettingsWindow:
    """Return somebody who has an account and the page of a new letter before them."""
    return desk_of(office, new_page())


def desk_of(office: Office, page: Page) -> SettingsWindow:
    for address in (ANNA, BORIS):
        office.lab.empty(address)
    window = SettingsWindow(page, office)
    lay(office, ANNA, window.name)
    window.go("/mail/new")
    return window


def arrived(office: Office) -> EmailMessage:
    """Return the one letter that has reached Boris."""
    (raw,) = office.lab.mail.wait_for_letters(BORIS)
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def letters(office: Office) -> list[tuple[str, str]]:
    """Return state and text of each letter of ours."""
    return [(str(state), str(body)) for state, body in office.rows("SELECT state, body FROM outgoing_letters")]


def fill(window: SettingsWindow, to: str = f"Борис <{BORIS}>", subject: str = "Счёт", body: str = "Привет!") -> None:
    for name, words in (("to", to), ("subject", subject), ("body", body)):
        window.type(name, words)


def attach(window: SettingsWindow, name: str, data: bytes) -> None:
    window.page.locator("#files").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": data})


def test_a_letter_is_written_with_a_file_and_followed_until_it_has_left(desk: SettingsWindow, office: Office) -> None:
    fill(desk)
    attach(desk, "Счёт № 7.pdf", DATA)
    expect(desk.page.locator(".files__name")).to_have_text("Счёт № 7.pdf")
    desk.press("Send")

    expect(desk.page.locator("#standing")).to_contain_text("отправлено")
    letter = arrived(office)
    (file,) = letter.iter_attachments()
    assert (letter["Subject"], file.get_filename(), file.get_content()) == ("Счёт", "Счёт № 7.pdf", DATA)
    wait_until(lambda: office.rows("SELECT kept_in_sent FROM outgoing_letters") == [(1,)], "the copy stands in Sent")
    assert "hx-trigger" not in (desk.page.locator("#standing").evaluate("one => one.outerHTML"))


def test_a_letter_is_written_without_javascript(office: Office, new_page: NewPage) -> None:
    window = desk_of(office, new_page(javascript=False))
    fill(window)
    attach(window, "Счёт № 7.pdf", DATA)
    window.press("Attach")
    expect(window.page.locator(".files__name")).to_have_text("Счёт № 7.pdf")
    expect(window.page.locator("#body")).to_have_value("Привет!")
    window.press("Send")

    expect(window.page.locator("#standing")).to_be_visible()
    assert arrived(office)["Subject"] == "Счёт"


def test_what_is_typed_is_kept_by_itself_and_the_page_stays_as_it_is(desk: SettingsWindow, office: Office) -> None:
    fill(desk, body="Начало")
    expect(desk.page.locator("#draft-state")).to_contain_text("Черновик сохранён")
    assert letters(office) == [("draft", "Начало")]
    desk.page.locator("#body").press_sequentially(" и конец")

    wait_until(lambda: letters(office) == [("draft", "Начало и конец")], "the rest is kept as well")
    expect(desk.page.locator("#body")).to_be_focused()
    desk.press("Save draft")
    expect(desk.page).to_have_url(f"{office.served.address}/mail/drafts/{draft_of(office)}")
    expect(desk.page.locator("#body")).to_have_value("Начало и конец")


def draft_of(office: Office) -> str:
    return str(office.rows("SELECT id FROM outgoing_letters")[0][0])


def test_what_is_typed_while_a_file_goes_up_stays(desk: SettingsWindow, office: Office) -> None:
    fill(desk, body="До")

    def type_meanwhile(route: Route) -> None:
        desk.page.locator("#body").evaluate("box => { box.value += ' и после'; }")
        route.continue_()

    desk.page.route("**/mail/new", type_meanwhile, times=1)
    attach(desk, "a.pdf", DATA)

    expect(desk.page.locator(".files__name")).to_have_text("a.pdf")
    expect(desk.page.locator("#body")).to_have_value("До и после")
    desk.press("Send")
    expect(desk.page.locator("#standing")).to_be_visible()
    body = arrived(office).get_body()
    assert body is not None
    assert str(body.get_content()).strip() == "До и после"


def test_a_double_click_sends_one_letter(desk: SettingsWindow, office: Office) -> None:
    fill(desk)

    desk.page.get_by_role("button", name="Отправить").dblclick()

    expect(desk.page.locator("#standing")).to_be_visible()
    assert len(letters(office)) == 1
    arrived(office)


def test_a_file_too_large_is_said_before_it_travels(desk: SettingsWindow, office: Office, tmp_path: Path) -> None:
    fill(desk)
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    expect(desk.page.locator("#files-too-large")).to_be_hidden()
    desk.page.locator("#files").set_input_files(large)

    expect(desk.page.locator("#files-too-large")).to_contain_text("больше")
    assert desk.page.locator("#files").evaluate("box => box.files.length") == 0
    desk.press("Send")
    expect(desk.page.locator("#standing")).to_be_visible()


def test_an_address_nobody_can_write_to_is_named_and_nothing_typed_is_lost(office: Office, new_page: NewPage) -> None:
    window = desk_of(office, new_page(expected="422"))
    fill(window, to="boris@", body="Долго писала")

    window.press("Send")

    expect(window.page.locator("#to-error")).to_contain_text("«boris@»")
    expect(window.page.locator("#body")).to_have_value("Долго писала")
    window.type("to", BORIS)
    window.press("Send")
    expect(window.page.locator("#standing")).to_be_visible()


def test_another_tab_is_noticed_and_nothing_is_overwritten_unasked(office: Office, new_page: NewPage) -> None:
    window = desk_of(office, new_page(expected="422"))
    fill(window, body="первая вкладка")
    window.press("Save draft")
    window.page.wait_for_url("**/mail/drafts/*")
    other = window.page.context.new_page()
    other.goto(window.page.url)
    other.locator("#body").fill("вторая вкладка")
    other.get_by_role("button", name="Сохранить черновик", exact=True).last.click()
    expect(other.get_by_text("Черновик сохранён.")).to_be_visible()
    other.close()

    window.page.locator("#body").press_sequentially("!")

    expect(window.page.locator("#draft-state")).to_contain_text("другой вкладке")
    assert letters(office) == [("draft", "вторая вкладка")]
    window.page.get_by_role("button", name="Сохранить черновик", exact=True).last.click()
    expect(window.page.get_by_role("alert").first).to_contain_text("другой вкладке")
    expect(window.page.locator("#body")).to_have_value("!первая вкладка")


def test_what_was_typed_a_moment_ago_is_kept_when_somebody_leaves(desk: SettingsWindow, office: Office) -> None:
    desk.page.locator("#body").press_sequentially("Ушла по ссылке")
    desk.page.get_by_role("link", name="Почта", exact=True).click()
    wait_until(lambda: letters(office) == [("draft", "Ушла по ссылке")], "a link takes nothing away")

    desk.go("/mail/new")
    desk.page.locator("#body").press_sequentially("Закрыла страницу")
    desk.page.goto("about:blank")

    wait_until(lambda: ("draft", "Закрыла страницу") in letters(office), "nor does another page")


def test_what_cannot_be_kept_stays_on_the_page_which_says_so(office: Office, new_page: NewPage) -> None:
    window = desk_of(office, new_page(expected=("500", "ERR_FAILED", "Failed to fetch")))
    page, line = window.page, window.page.locator("#keeping-failed")
    page.route("**/keep", lambda route: route.fulfill(status=500, headers={"HX-Retarget": "#main"}, body="<p>broken"))
    fill(window, body="Долго писала")
    expect(line).to_be_visible()
    page.unroute("**/keep")
    page.locator("#body").press_sequentially("!")
    expect(line).to_be_hidden()

    page.route("**/mail/new", lambda route: route.abort())
    window.press("Send")

    expect(line).to_be_visible()
    expect(line).to_be_in_viewport()
    expect(page.locator("#body")).to_have_value("Долго писала!")


def test_files_too_large_together_are_said_before_they_travel(
    office: Office, new_page: NewPage, tmp_path: Path
) -> None:
    window = desk_of(office, new_page(expected="413"))
    fill(window)
    large = [tmp_path / name for name in ("a.bin", "b.bin")]
    for one in large:
        with one.open("wb") as file:
            file.truncate(LARGEST_FILE)

    window.page.locator("#files").set_input_files(large)
    expect(window.page.locator("#files-too-many")).to_contain_text("Вместе")
    assert window.page.locator("#files").evaluate("box => box.files.length") == 0

    window.page.locator("#files").evaluate("box => { box.dataset.room = 1e9; }")
    window.page.locator("#files").set_input_files(large)
    expect(window.page.locator("#files-failed")).to_be_visible()
    expect(window.page.locator("#files")).to_be_attached()
