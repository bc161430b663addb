"""From an empty folder to a signed-in administrator, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.people import PASSWORD, WORDS, set_up, sign_in
from tests.browser.served import Served

# Both languages, and with and without JavaScript, in two sessions: the words do not depend on the script.
IN_TWO_WAYS = pytest.mark.parametrize(
    ("language", "javascript"), [("ru", True), ("en", False)], ids=["javascript-ru", "plain-en"]
)
WITH_AND_WITHOUT_JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])


@IN_TWO_WAYS
def test_the_first_person_sets_mailroom_up_signs_out_and_signs_in_again(
    served: Served, new_page: NewPage, language: str, javascript: bool
) -> None:
    page = new_page(language, javascript=javascript)
    words = WORDS[language]

    set_up(page, served, language)
    expect(page.get_by_role("heading", level=1, name=words["accounts"])).to_be_visible()
    page.get_by_role("button", name=words["sign out"]).click()
    expect(page.get_by_role("heading", level=1, name=words["sign in"])).to_be_visible()
    sign_in(page, served, language)

    expect(page.get_by_role("heading", level=1, name=words["accounts"])).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_a_stranger_without_the_link_learns_where_it_is(served: Served, new_page: NewPage) -> None:
    page = new_page("ru")

    page.goto(served.address + "/accounts")

    expect(page.get_by_role("heading", level=1)).to_have_text("Mailroom ещё не настроен")
    expect(page.get_by_text("В терминале")).to_be_visible()


def test_a_wrong_set_up_form_comes_back_filled_in_with_the_focus_on_what_is_wrong(
    served: Served, new_page: NewPage
) -> None:
    page = new_page("ru", expected="422")
    page.goto(served.setup_link or "")
    page.get_by_label("Имя для входа").fill("anna")
    page.get_by_label("Пароль", exact=True).fill("short")
    page.get_by_role("button", name="Создать и войти").click()

    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.get_by_label("Имя для входа")).to_have_value("anna")
    expect(page.get_by_label("Пароль", exact=True)).to_have_value("")
    expect(page.get_by_label("Пароль", exact=True)).to_have_accessible_description(
        "Не короче 10 символов; несколько слов запомнить легче, чем значки. Не имя для входа. "
        "Ошибка: Этот пароль слишком короткий: нужно не меньше 10 символов."
    )
    page.locator("#error-summary a").first.click()
    expect(page.get_by_label("Имя и фамилия")).to_be_focused()


def test_a_password_can_be_looked_at_while_it_is_typed(served: Served, new_page: NewPage) -> None:
    page = new_page("ru")
    page.goto(served.setup_link or "")
    box = page.get_by_label("Пароль", exact=True)
    box.fill(PASSWORD)

    show = page.get_by_role("button", name="Показать").first
    show.click()
    expect(box).to_have_attribute("type", "text")
    page.get_by_role("button", name="Скрыть").click()

    expect(box).to_have_attribute("type", "password")


def test_without_javascript_no_dead_button_is_shown(served: Served, new_page: NewPage) -> None:
    page = new_page("ru", javascript=False)

    page.goto(served.setup_link or "")

    expect(page.get_by_role("button", name="Показать")).to_have_count(0)


@WITH_AND_WITHOUT_JAVASCRIPT
def test_the_language_is_switched_on_the_page_one_is_on(served: Served, new_page: NewPage, javascript: bool) -> None:
    page = new_page("ru", javascript=javascript)
    set_up(page, served)
    page.goto(served.address + "/accounts")

    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("heading", level=1, name="Account settings")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, served, "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
