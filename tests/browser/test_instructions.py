"""The provider's instructions come to the form while it is filled in."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.settings_window import SettingsWindow

PASSWORD = "teploe-leto-41"


@pytest.fixture
def form(new_page: NewPage, office: Office) -> Page:
    """Return the empty first form."""
    page = SettingsWindow(new_page(), office).page
    page.goto(office.served.address + "/accounts/new")
    return page


def test_they_stand_above_the_password_before_it_is_typed_and_another_address_changes_them(form: Page) -> None:
    form.get_by_label("Адрес электронной почты").fill("anna@yandex.ru")
    form.get_by_label("Адрес электронной почты").press("Tab")

    told = form.locator("#instructions")
    expect(told).to_contain_text("Яндекс Почта не принимает обычный пароль")
    expect(form.get_by_label("Пароль", exact=True)).to_be_focused()
    above, below = told.bounding_box(), form.locator("#secret").bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"]
    address = form.get_by_label("Адрес электронной почты")
    address.fill("anna@outlook.com")
    address.blur()
    expect(form.locator("#instructions")).to_contain_text("Outlook.com пускает почтовые программы только через OAuth2")

    address.fill("anna@uspeh.test")
    address.blur()

    expect(form.locator("#instructions")).to_be_empty()


def test_the_password_is_never_part_of_the_question(form: Page) -> None:
    form.get_by_label("Пароль", exact=True).fill(PASSWORD)
    form.get_by_label("Адрес электронной почты").fill("anna@yandex.ru")

    with form.expect_request("**/accounts/new/instructions**") as asked:
        form.get_by_label("Адрес электронной почты").blur()

    expect(form.locator("#instructions")).to_contain_text("Яндекс Почта")
    request = asked.value
    assert (request.method, request.post_data) == ("GET", None)
    assert request.url.partition("?")[2] == "address=anna%40yandex.ru"
    assert form.get_by_label("Пароль", exact=True).input_value() == PASSWORD
    assert form.url.endswith("/accounts/new")
