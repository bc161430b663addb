"""Administration — Mail accounts: the list, its order, filter and pages, and what is told about one account."""

import re

import pytest
from flask import Flask

from tests.web.administration.office import (
    CIPHERTEXT,
    INCOMING_HOST,
    LIST,
    LOGIN_NAME,
    OUTGOING_HOST,
    count_statements,
    lay_account,
    let_leave,
    set_up_system_account,
    system_id,
)
from tests.web.visitor import Visitor, shown
from webapp.storage.base import utc_now

HIDDEN = (INCOMING_HOST, OUTGOING_HOST, LOGIN_NAME, CIPHERTEXT)


def titles(visitor: Visitor, query: str = "") -> list[str]:
    """Return the titles of the list from top to bottom, the system account's left out."""
    text = visitor.open(f"{LIST}{query}").text
    found = re.findall(r'<a href="/administration/accounts/\d+">([^<]+)</a>', text)
    return [title for title in found if title != "Системная учётная запись"]


def test_the_list_has_the_columns_of_the_requirement(app: Flask, admin: Visitor) -> None:
    lay_account(app, "info@uspeh.test", title="Общая почта", sender_name="ООО «Успех»", automatic=True)

    text = shown(admin.open(LIST))

    columns = "Наименование Имя пользователя Адрес Для кого, владелец Использование Состояние Последняя проверка"
    assert columns in text
    assert "Общая почта ООО «Успех» info@uspeh.test Для всех" in text
    assert "получение, отправка, авто работает" in text


def test_the_commands_of_the_requirement_stand_above_the_list(admin: Visitor) -> None:
    page = admin.open(LIST)

    assert re.search(r'href="/accounts/new"[^>]*>.*?Создать', page.text)
    assert re.search(r'href="/administration/system-account"[^>]*>.*?Настройка системной учётной записи', page.text)


def test_the_bare_address_of_the_administration_leads_to_the_list(admin: Visitor) -> None:
    assert admin.open("/administration").headers["Location"] == LIST


def test_the_system_account_comes_first_and_has_a_name_before_its_set_up(app: Flask, admin: Visitor) -> None:
    lay_account(app, "a@uspeh.test", title="Аа")

    text = shown(admin.open(LIST))

    assert text.index("Системная учётная запись —") < text.index("a@uspeh.test")
    assert "не настроена" in text


def test_personal_accounts_of_others_are_shown_on_request(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    lay_account(app, "anna@uspeh.test", admin.user_id)
    lay_account(app, "boris@uspeh.test", colleague.user_id)
    lay_account(app, "info@uspeh.test")

    assert titles(admin) == ["anna@uspeh.test", "info@uspeh.test"]
    assert titles(admin, "?personal=yes") == ["anna@uspeh.test", "boris@uspeh.test", "info@uspeh.test"]
    assert "Борис Иванов" in shown(admin.open(f"{LIST}?personal=yes"))


def test_accounts_of_people_who_have_left_are_shown_on_request_and_quiet(
    app: Flask, admin: Visitor, colleague: Visitor
) -> None:
    lay_account(app, "boris@uspeh.test", colleague.user_id, frozen=True)
    let_leave(app, colleague)

    assert titles(admin, "?personal=yes") == []
    page = admin.open(f"{LIST}?inactive=yes")
    assert 'class="quiet"' in page.text
    assert "Борис Иванов (доступ закрыт)" in shown(page)
    assert "заморожена" in shown(page)


def test_a_head_sorts_and_turns_round(app: Flask, admin: Visitor) -> None:
    for title in ("Бета", "Альфа", "Ёлка", "Яма"):
        lay_account(app, f"{len(title)}{title[1]}@uspeh.test", title=title)

    assert titles(admin) == ["Альфа", "Бета", "Ёлка", "Яма"]
    page = admin.open(f"{LIST}?sort=title&down=yes")
    assert titles(admin, "?sort=title&down=yes") == ["Яма", "Ёлка", "Бета", "Альфа"]
    assert '<th scope="col" aria-sort="descending">' in page.text
    assert page.text.count("aria-sort") == 1


@pytest.mark.parametrize("sort", ["title", "sender", "address", "for_whom", "state", "checked"])
def test_every_order_keeps_the_filter(app: Flask, admin: Visitor, sort: str) -> None:
    lay_account(app, "info@uspeh.test")

    text = admin.open(f"{LIST}?q=info&sort={sort}").text

    heads = re.findall(r'class="table__sort" href="([^"]+)"', text)
    assert len(heads) == 6
    assert all("q=info" in head for head in heads)
    assert re.search(r'aria-sort="ascending"', text)


def test_the_filter_finds_by_words_state_and_use(app: Flask, admin: Visitor) -> None:
    lay_account(app, "info@uspeh.test", title="Общая почта")
    lay_account(app, "shop@uspeh.test", title="Магазин", login_refused=True)
    lay_account(app, "out@uspeh.test", title="Рассылка", for_receiving=False, automatic=True)

    assert titles(admin, "?q=ОБЩАЯ") == ["Общая почта"]
    assert titles(admin, "?q=shop@") == ["Магазин"]
    assert titles(admin, "?state=login-refused") == ["Магазин"]
    assert titles(admin, "?use=automatic") == ["Рассылка"]
    assert titles(admin, "?use=receiving") == ["Магазин", "Общая почта"]


def test_an_address_that_means_nothing_shows_the_whole_list(app: Flask, admin: Visitor) -> None:
    lay_account(app, "info@uspeh.test")

    assert titles(admin, "?sort=passwords&state=brilliant&use=all&page=-7") == ["info@uspeh.test"]
    assert titles(admin, "?page=99999999999999999999") == ["info@uspeh.test"]
    assert titles(admin, "?page=²") == ["info@uspeh.test"]


def test_a_filter_nothing_fits_says_so(admin: Visitor) -> None:
    text = shown(admin.open(f"{LIST}?q=nobody"))

    assert "Под отбор не подходит ни одна учётная запись" in text
    assert "Сбросить" in text


def test_pages_have_totals_and_addresses(app: Flask, admin: Visitor) -> None:
    for number in range(60):
        lay_account(app, f"box{number:02}@uspeh.test")

    first, second = admin.open(LIST), admin.open(f"{LIST}?page=2")

    assert "1–50 из 61" in shown(first)
    assert f'href="{LIST}?page=2"' in first.text
    assert "51–61 из 61" in shown(second)
    assert 'aria-current="page"' in second.text


def test_a_title_is_text_whatever_is_in_it(app: Flask, admin: Visitor) -> None:
    lay_account(app, "info@uspeh.test", title="<b>Почта</b>", sender_name="<script>")

    text = admin.open(LIST).text

    assert "<b>Почта" not in text
    assert "&lt;b&gt;Почта&lt;/b&gt;" in text


def test_ten_rows_cost_as_many_statements_as_two_hundred(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    for number in range(10):
        lay_account(app, f"few{number}@uspeh.test", colleague.user_id)
    few = count_statements(app, admin, f"{LIST}?personal=yes")
    for number in range(190):
        lay_account(app, f"many{number}@uspeh.test", colleague.user_id)

    assert count_statements(app, admin, f"{LIST}?personal=yes") == few
    assert few <= 5


def test_change_leads_to_the_settings_of_what_one_may_change(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    own = lay_account(app, "anna@uspeh.test", admin.user_id)
    shared = lay_account(app, "info@uspeh.test")
    foreign = lay_account(app, "boris@uspeh.test", colleague.user_id)

    text = admin.open(f"{LIST}?personal=yes").text

    change = re.findall(r'<td class="table__end"><a href="([^"]+)">', text)
    expected = [f"/accounts/{own}", f"{LIST}/{foreign}", f"/accounts/{shared}"]
    assert change == ["/administration/system-account", *expected]


def test_the_facts_of_a_personal_account_are_without_its_servers(
    app: Flask, admin: Visitor, colleague: Visitor
) -> None:
    account_id = lay_account(app, "boris@uspeh.test", colleague.user_id, checked_at=utc_now())

    page = admin.open(f"{LIST}/{account_id}")

    assert "Борис Иванов" in shown(page)
    assert "Это личная учётная запись" in shown(page)
    assert [secret for secret in HIDDEN if secret in page.text] == []
    assert f"/accounts/{account_id}/" not in page.text.replace(f"{LIST}/{account_id}/", "")


@pytest.mark.parametrize("path", ["", "/remove", "/hand-over"])
def test_nothing_secret_of_a_personal_account_is_anywhere(
    app: Flask, admin: Visitor, colleague: Visitor, path: str
) -> None:
    account_id = lay_account(app, "boris@uspeh.test", colleague.user_id)

    pages = [admin.open(f"{LIST}/{account_id}{path}"), admin.open(f"{LIST}?personal=yes")]
    pages.append(admin.open(f"{LIST}/uses?id={account_id}"))

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert [secret for secret in HIDDEN if any(secret in page.text for page in pages)] == []


def test_freezing_is_shown_and_explained(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    account_id = lay_account(app, "boris@uspeh.test", colleague.user_id, frozen=True)

    of_somebody_back = shown(admin.open(f"{LIST}/{account_id}"))
    let_leave(app, colleague)
    text = shown(admin.open(f"{LIST}/{account_id}"))

    assert "Эта учётная запись заморожена" in text
    assert "письма не принимаются и не отправляются" in text
    assert "он снова работает и вернёт её" in of_somebody_back


def test_the_system_account_can_be_neither_removed_nor_handed_over(app: Flask, admin: Visitor) -> None:
    account_id = set_up_system_account(app)

    page = admin.open(f"{LIST}/{account_id}")

    assert "/remove" not in page.text
    assert "/hand-over" not in page.text
    assert "её нельзя удалить или передать" in shown(page)


PATHS = ("/administration", LIST, f"{LIST}/uses", f"{LIST}/1", f"{LIST}/1/remove", f"{LIST}/1/hand-over")


@pytest.mark.parametrize("path", PATHS)
def test_the_administration_is_for_administrators_alone(app: Flask, colleague: Visitor, path: str) -> None:
    assert system_id(app) == 1

    assert colleague.open(path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_nobody_enters_without_signing_in(admin: Visitor, visitor: Visitor, path: str) -> None:
    assert visitor.open(path).headers["Location"].startswith("/sign-in?next=/administration")


@pytest.mark.parametrize("path", ["", "/remove", "/hand-over"])
def test_an_account_that_is_not_there_is_a_page_that_is_not_there(admin: Visitor, path: str) -> None:
    assert admin.open(f"{LIST}/987654{path}").status_code == 404
