"""Reading letters in a real browser: by keyboard, on a telephone, without JavaScript, and links of letters."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.kept_letters import keep
from tests.browser.office import Office, wait_until
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.mail.messages.letters import complete, proper

ANNA = "anna@guess.test"
SEEN = "SELECT subject FROM letters WHERE seen ORDER BY id"


def designed(html: str) -> bytes:
    letter = proper("Designed")
    letter.set_content(html, subtype="html")
    return letter.as_bytes()


def numbered(count: int) -> list[bytes]:
    return [proper(f"Letter {number}").as_bytes() for number in range(1, count + 1)]


def test_letters_are_read_from_the_keyboard_and_count_as_read_by_themselves(office: Office, new_page: NewPage) -> None:
    page = new_page()
    window = SettingsWindow(page, office)
    keep(office, lay(office, ANNA, window.name), *numbered(40))
    window.go("/mail")
    unread = page.locator("#tree-all .tree__count")
    expect(unread).to_contain_text("40")

    page.locator(".letters__row").first.focus()
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    before = page.evaluate("document.querySelector('#mail-list').scrollTop")
    page.keyboard.press("Enter")
    expect(page.locator("#letter-subject")).to_have_text("Letter 21")
    expect(page.locator(".letters__row[aria-current]")).to_be_focused()
    expect(unread).to_contain_text("39")
    wait_until(lambda: office.rows(SEEN) == [("Letter 21",)], "the letter counts as read")
    assert page.evaluate("document.querySelector('#mail-list').scrollTop") == before > 0

    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#letter-subject")).to_have_text("Letter 20")
    page.keyboard.press("Delete")
    expect(page.locator("#letter-subject")).to_have_text("Letter 21")
    expect(page.get_by_text("1 письмо в корзине")).to_be_visible()
    page.go_back()
    expect(page.locator("#letter-subject")).to_have_text("Letter 20")
    page.wait_for_load_state("networkidle")


def test_without_javascript_letters_are_read_marked_and_deleted(office: Office, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    window = SettingsWindow(page, office)
    folders = keep(office, lay(office, ANNA, window.name), complete().as_bytes(), *numbered(1))
    window.go("/mail")

    page.get_by_role("link", name="Счёт на оплату").click()
    expect(page.frame_locator(".letter__frame").get_by_text("Добрый день!")).to_be_visible()
    assert office.rows(SEEN) == []
    page.get_by_role("article").get_by_role("button", name="Прочитано").click()
    assert office.rows(SEEN) == [("Счёт на оплату",)]
    page.get_by_role("article").get_by_role("button", name="Удалить").click()
    expect(page.locator("#letter-subject")).to_have_text("Letter 1")

    window.go(f"/mail/folders/{folders['trash']}")
    page.get_by_role("link", name="Счёт на оплату").click()
    page.get_by_role("button", name="Удалить насовсем…").click()
    page.get_by_role("button", name="Удалить насовсем", exact=True).click()
    expect(page.get_by_text("1 письмо удалено насовсем")).to_be_visible()
    assert office.rows("SELECT subject FROM letters") == [("Letter 1",)]


def test_links_of_a_letter_open_beside_it_and_addresses_begin_a_letter(office: Office, new_page: NewPage) -> None:
    page = new_page()
    window = SettingsWindow(page, office)
    here = office.served.address
    letter = designed(f'<a href="{here}/mail/all">all</a> <a href="mailto:boris@guess.test">write</a>')
    keep(office, lay(office, ANNA, window.name), letter)
    window.go("/mail")
    page.set_viewport_size({"width": 1280, "height": 420})
    page.get_by_role("link", name="Designed").click()
    expect(page.locator("#letter-seen")).to_contain_text("Не прочитано")
    assert page.evaluate("document.querySelector('#mail-letter').scrollTop") == 0
    frame = page.frame_locator(".letter__frame")

    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="all").click()
    opened.value.wait_for_url(f"{here}/mail/all")
    assert opened.value.evaluate("window.opener") is None
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="write").click()
    expect(opened.value.locator("#to")).to_have_value("boris@guess.test")
    expect(page.locator("#letter-subject")).to_have_text("Designed")


def test_a_letter_is_printed_from_its_beginning_to_its_end(office: Office, new_page: NewPage) -> None:
    page = new_page()
    window = SettingsWindow(page, office)
    keep(office, lay(office, ANNA, window.name), proper("Long", "line\n" * 300).as_bytes())
    window.go("/mail")
    page.get_by_role("link", name="Long").click()
    expect(page.locator("#letter-seen")).to_contain_text("Не прочитано")

    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", landscape=True))) >= 5


def test_on_a_telephone_folders_list_and_letter_are_three_steps(office: Office, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 360, "height": 740})
    window = SettingsWindow(page, office)
    keep(office, lay(office, ANNA, window.name), *numbered(2))
    window.go("/mail")
    panes = [page.locator(one) for one in ("#mail-tree", "#mail-list", "#mail-letter")]

    def shown() -> list[bool]:
        return [pane.is_visible() for pane in panes]

    assert shown() == [True, False, False]
    page.get_by_role("link", name="Входящие").click()
    page.wait_for_url("**/mail/folders/*")
    assert shown() == [False, True, False]
    page.get_by_role("link", name="Letter 2").click()
    expect(page.locator("#letter-subject")).to_be_visible()
    assert shown() == [False, False, True]
    page.locator("#mail-letter").get_by_role("link", name="Входящие").click()
    page.wait_for_url("**/mail/folders/*")
    page.locator("#mail-list").get_by_role("link", name="Все папки").click()
    page.wait_for_url("**/mail")
    assert shown() == [True, False, False]


def test_ticked_letters_are_deleted_together(office: Office, new_page: NewPage) -> None:
    page = new_page()
    window = SettingsWindow(page, office)
    keep(office, lay(office, ANNA, window.name), *numbered(3))
    window.go("/mail/all")
    for subject in ("Letter 1", "Letter 3"):
        page.get_by_label(f"Отметить письмо «{subject}»").check()
    page.get_by_role("group", name="Отмеченные письма").get_by_role("button", name="Удалить").click()

    expect(page.get_by_text("2 письма в корзине")).to_be_visible()
    expect(page.locator(".letters__row")).to_have_count(1)


def test_what_arrives_appears_by_itself(office: Office, new_page: NewPage) -> None:
    page = new_page(fresh=True)
    page.clock.install()
    window = SettingsWindow(page, office)
    keep(office, lay(office, ANNA, window.name), *numbered(2))
    office.change(
        "UPDATE letters SET received_at = '2020-01-01 10:00:00.000000', folder_id = folder_id + 1 WHERE id > 1"
    )
    window.go("/mail/all")
    expect(page.locator(".letters__row")).to_have_count(1)
    office.change("UPDATE letters SET folder_id = (SELECT min(folder_id) FROM letters)")

    page.clock.run_for(61_000)

    expect(page.locator(".letters__row")).to_have_count(2)


@pytest.mark.parametrize("part", ["mail", "letter"])
def test_no_page_of_letters_stands_in_anybodys_way(office: Office, new_page: NewPage, part: str) -> None:
    page = new_page()
    window = SettingsWindow(page, office)
    keep(office, lay(office, ANNA, window.name), complete().as_bytes(), *numbered(3))
    [(letter,)] = office.rows("SELECT max(id) FROM letters")
    [(framed,)] = office.rows("SELECT min(id) FROM letters")
    addresses = {
        "mail": ("/mail", "/mail/all", "/mail/all?q=nothing"),
        "letter": (f"/mail/letters/{letter}", f"/mail/letters/{framed}", f"/mail/letters/{letter}/delete"),
    }

    wrong: Wrong = {}
    for address in addresses[part]:
        window.go(address)
        wrong |= wrong_with(page, address)

    assert wrong == {}


def test_another_letter_begins_at_its_beginning(office: Office, new_page: NewPage) -> None:
    page = new_page()
    window = SettingsWindow(page, office)
    long = [f"Subject: Long {number}\r\n\r\n".encode() + b"line\r\n" * 300 for number in (1, 2)]
    keep(office, lay(office, ANNA, window.name), *long)
    window.go("/mail")
    pane = page.locator("#mail-letter")
    page.get_by_role("link", name="Long 1").first.click()
    expect(page.locator("#letter-subject")).to_have_text("Long 1")
    pane.evaluate("pane => { pane.scrollTop = 2000; }")

    page.locator("#mail-list").get_by_role("link", name="Long 2").click()

    expect(page.locator("#letter-subject")).to_have_text("Long 2")
    wait_until(lambda: pane.evaluate("pane => pane.scrollTop") == 0, "the second letter is at its top")
