"""Whoever presses twice is answered once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.wizard import Wizard

WORDS = {
    "ru": {"server": "Имя сервера", "address": "Адрес электронной почты", "create": "Создать"},
    "en": {"server": "Server name", "address": "Email address", "create": "Create"},
}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_double_click_leads_to_the_one_run_it_began(new_page: NewPage, office: Office, language: str) -> None:
    page, words = new_page(language), WORDS[language]
    Wizard(page, office, language)
    page.goto(office.served.address + "/accounts/new/news")
    page.get_by_label(words["server"]).fill("news.nowhere.test")
    page.get_by_label(words["address"]).fill("anna@uspeh.test")

    page.get_by_role("button", name=words["create"], exact=True).dblclick()

    expect(page).to_have_url(re.compile("/runs/"))
    expect(page.locator("#run")).to_be_visible()
    assert office.rows("SELECT count(*) FROM runs") == [(1,)]
