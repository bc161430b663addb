"""Notices in a browser: the bell counts what is not read, reading lowers it without leaving the page."""

import re

from playwright.sync_api import Page, expect

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.office import Office

TELL = (
    "INSERT INTO notices (id, kind, at, direction, subject, problem, details, refused, since) "
    "VALUES (?, 'trouble', '2026-11-22 12:00:00', 'incoming', 'anna@uspeh.test', "
    """'{"kind": "connection-timed-out", "host": "imap.uspeh.test", "port": 993}', '[]', 0, '2026-11-22 12:00:00')"""
)
COPY = "INSERT INTO notice_copies (notice_id, user_id, fate) SELECT ?, id, 'no-address' FROM users WHERE name = ?"


def somebody_told(office: Office, page: Page, *numbers: int) -> None:
    """Let a person be in who was told of trouble with accounts that are gone."""
    name = office.person(is_admin=False)
    office.let_in(page.context, name)
    for number in numbers:
        office.change("DELETE FROM notices WHERE id = ?", number)
        office.change(TELL, number)
        office.change(COPY, number, name)


def test_the_bell_counts_down_while_notices_are_read(office: Office, new_page: NewPage) -> None:
    page = new_page()
    somebody_told(office, page, 901, 902, 903)
    page.goto(office.served.address + "/accounts")
    bell = page.get_by_role("link", name=re.compile("Уведомления"))
    expect(bell).to_have_accessible_name("Уведомления, не прочитано: 3")

    bell.click()
    page.get_by_role("button", name="Отметить прочитанным").first.click()

    expect(bell).to_have_accessible_name("Уведомления, не прочитано: 2")
    expect(page.get_by_text("не прочитано", exact=True)).to_have_count(2)
    page.get_by_role("button", name="Отметить все прочитанными").click()
    expect(bell).to_have_accessible_name("Уведомления")
    expect(page.get_by_text("2 уведомления отмечены прочитанными.")).to_be_visible()


def test_the_list_stands_in_nobodys_way(office: Office, new_page: NewPage) -> None:
    page = new_page()
    somebody_told(office, page, 911, 912)

    wrong: Wrong = {}
    for path in ("/notices", "/profile"):
        page.goto(office.served.address + path)
        wrong |= wrong_with(page, path)

    assert wrong == {}
