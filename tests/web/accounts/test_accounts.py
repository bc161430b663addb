"""The list of accounts, the page of one, and deleting it."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.web.desk import ADDRESS, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.storage.models import Account, Server


def count(app: Flask, table: type) -> int:
    """Return how many rows a table has."""
    with database(app) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_empty_list_says_what_to_do(admin: Visitor) -> None:
    page = admin.open("/accounts")

    assert "Учётных записей почты пока нет" in shown(page)
    assert 'href="/accounts/new"' in page.text


def test_the_list_has_the_columns_of_the_requirement(admin: Visitor, desk: Desk) -> None:
    desk.account()
    desk.account("info@uspeh.test", for_everyone=True)

    text = shown(admin.open("/accounts"))

    assert "Наименование Имя пользователя Адрес Для кого Состояние" in text
    assert f"{ADDRESS} Анна Петрова {ADDRESS} Только для меня работает" in text
    assert "info@uspeh.test Анна Петрова info@uspeh.test Для всех работает" in text


def test_the_list_shows_mine_and_everyones_but_nobody_elses(admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    desk.account("anna@uspeh.test")
    desk.account("info@uspeh.test", for_everyone=True)

    text = shown(colleague.open("/accounts"))

    assert "info@uspeh.test" in text
    assert "anna@uspeh.test" not in text


def test_the_page_shows_the_settings_in_words(admin: Visitor, desk: Desk) -> None:
    text = shown(admin.open(f"/accounts/{desk.account()}"))

    assert "Имя сервера imap.uspeh.test Порт 993 Защита соединения SSL/TLS" in text
    assert "Метод аутентификации Обычный пароль Имя для входа anna@uspeh.test" in text
    assert "Использовать для получения писем, для отправки писем" in text


def test_a_domain_in_another_alphabet_is_readable(admin: Visitor, desk: Desk) -> None:
    desk.account("anna@xn--80a1acny.xn--p1ai")

    assert "anna@почта.рф" in shown(admin.open("/accounts"))


@pytest.mark.parametrize("path", ["", "/delete"])
def test_somebody_elses_account_does_not_exist(colleague: Visitor, desk: Desk, path: str) -> None:
    account_id = desk.account()

    assert colleague.open(f"/accounts/{account_id}{path}").status_code == 404


def test_deleting_asks_once_and_removes_the_servers_with_it(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    question = admin.open(f"/accounts/{account_id}/delete")
    assert count(app, Account) == 1
    answer = admin.send(f"/accounts/{account_id}/delete")

    assert f"Удалить учётную запись {ADDRESS}?" in shown(question)
    assert answer.location == "/accounts"
    assert f"Учётная запись {ADDRESS} удалена." in shown(admin.open("/accounts"))
    assert (count(app, Account), count(app, Server)) == (0, 0)


def test_deleting_twice_finds_nothing_the_second_time(admin: Visitor, desk: Desk) -> None:
    path = f"/accounts/{desk.account()}/delete"
    token = {"csrf_token": admin.token(path)}

    first, second = (admin.browser.post(path, data=token, headers=admin.headers) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 404)


def test_an_account_for_everyone_is_deleted_by_administrators_only(app: Flask, colleague: Visitor, desk: Desk) -> None:
    account_id = desk.account(for_everyone=True)

    page = colleague.open(f"/accounts/{account_id}")
    answer = colleague.send(f"/accounts/{account_id}/delete", page="/accounts/new")

    assert "Учётные записи для всех изменяют и удаляют администраторы." in shown(page)
    assert f"/accounts/{account_id}/delete" not in page.text
    assert answer.status_code == 403
    assert count(app, Account) == 1


@pytest.mark.parametrize("path", ["/accounts", "/accounts/1", "/accounts/1/delete"])
def test_who_has_not_signed_in_is_led_to_signing_in(visitor: Visitor, desk: Desk, path: str) -> None:
    desk.account()

    assert str(visitor.open(path).location).startswith("/sign-in")


def test_an_account_number_that_is_none_is_not_found(admin: Visitor) -> None:
    assert admin.open("/accounts/999").status_code == 404
    assert admin.open("/accounts/anna").status_code == 404
    assert admin.open(f"/accounts/{2**63}").status_code == 404
    assert admin.open(f"/accounts/{2**63}/delete").status_code == 404
