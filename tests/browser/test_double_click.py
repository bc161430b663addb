"""Whoever presses twice is answered once."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.wizard import Wizard


def test_a_double_click_leads_to_the_one_run_it_began(new_page: NewPage, office: Office) -> None:
    page = new_page()
    Wizard(page, office)
    page.goto(office.served.address + "/accounts/new/news")
    page.get_by_label("Имя сервера").fill("news.nowhere.test")
    page.get_by_label("Адрес электронной почты").fill("anna@uspeh.test")

    page.get_by_role("button", name="Создать", exact=True).dblclick()

    expect(page).to_have_url(re.compile("/runs/"))
    expect(page.locator("#run")).to_be_visible()
    assert office.rows("SELECT count(*) FROM runs") == [(1,)]
