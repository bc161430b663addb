"""The system account: the reminder until it works, the way to its set-up, who may send as it."""

from flask import Flask

from tests.web.accounts.paper import filled, send
from tests.web.administration.office import (
    LIST,
    SYSTEM,
    count_statements,
    journal,
    set_up_system_account,
    stored,
    system_id,
)
from tests.web.visitor import Visitor, shown

PEOPLE = "people_may_send"
REMINDER = "Пока она не заработает"


def test_until_it_works_every_page_of_an_administrator_says_what_does_not(admin: Visitor) -> None:
    for path in (LIST, "/accounts", "/accounts/new", "/nowhere"):
        text = shown(admin.open(path))
        assert "Системная учётная запись не настроена" in text, path
        assert "администраторы не узнают об окончании обновления" in text, path


def test_nobody_else_is_reminded(admin: Visitor, colleague: Visitor, visitor: Visitor) -> None:
    assert REMINDER not in shown(colleague.open("/accounts"))
    assert REMINDER not in shown(visitor.open("/sign-in"))


def test_once_it_works_the_reminder_is_gone(app: Flask, admin: Visitor) -> None:
    set_up_system_account(app)

    assert REMINDER not in shown(admin.open(LIST))


def test_a_refused_login_brings_the_reminder_back_in_other_words(app: Flask, admin: Visitor) -> None:
    set_up_system_account(app, login_refused=True)

    text = shown(admin.open(LIST))

    assert REMINDER in text
    assert "почтовый сервер отклонил вход" in text


def test_the_reminder_costs_one_statement(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    reminded = count_statements(app, admin, "/accounts/new")

    assert reminded == count_statements(app, colleague, "/accounts/new") + 1


def test_its_command_leads_to_the_set_up_first(admin: Visitor) -> None:
    answer = admin.open(SYSTEM)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/accounts/new?system=1")


def test_set_up_its_page_says_that_it_is_automatic_and_its_password_stored(app: Flask, admin: Visitor) -> None:
    account_id = set_up_system_account(app)

    page = admin.open(SYSTEM)

    assert "всегда работает автоматически, а её пароль хранится" in shown(page)
    assert "robot@uspeh.test" in shown(page)
    assert f'href="/accounts/{account_id}"' in page.text


def test_people_send_as_it_only_if_the_administrator_lets_them(app: Flask, admin: Visitor) -> None:
    account_id = set_up_system_account(app)

    answer = send(admin, SYSTEM, "version", f"{SYSTEM}/people", people_may_send="y")

    assert (answer.status_code, answer.headers["Location"]) == (303, SYSTEM)
    page = admin.open(SYSTEM)
    assert "Теперь каждый может выбрать системную учётную запись" in shown(page)
    assert filled(page.text, PEOPLE)[PEOPLE] == "y"
    account = stored(app, account_id)
    assert account is not None
    assert account.people_may_send
    assert journal(app) == ["account-changed"]

    send(admin, SYSTEM, "version", f"{SYSTEM}/people", people_may_send=None)
    account = stored(app, account_id)
    assert account is not None
    assert not account.people_may_send


def test_who_decided_on_an_older_page_is_told_who_was_quicker_and_may_decide_again(app: Flask, admin: Visitor) -> None:
    account_id = set_up_system_account(app)
    mine = filled(admin.open(SYSTEM).text, "version") | {PEOPLE: "y"}
    vera = Visitor(app).who_is("vera", "Вера Ким", is_admin=True)
    assert send(vera, f"/accounts/{account_id}", "sender_name", sender_name="Контора Веры").status_code == 303

    refused = admin.browser.post(f"{SYSTEM}/people", data=mine, headers=admin.headers)

    assert refused.status_code == 422
    assert "учётную запись изменили: Вера Ким" in shown(refused)
    account = stored(app, account_id)
    assert account is not None
    assert not account.people_may_send
    again = admin.browser.post(f"{SYSTEM}/people", data=filled(refused.text, PEOPLE), headers=admin.headers)
    assert again.status_code == 303
    account = stored(app, account_id)
    assert account is not None
    assert account.people_may_send


def test_whoever_reloads_the_answer_is_led_to_the_page(app: Flask, admin: Visitor) -> None:
    set_up_system_account(app)

    answer = admin.open(f"{SYSTEM}/people")

    assert (answer.status_code, answer.headers["Location"]) == (303, SYSTEM)


def test_a_colleague_decides_nothing_about_it(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    account_id = system_id(app)

    assert colleague.open(SYSTEM).status_code == 403
    refused = colleague.send(f"{SYSTEM}/people", {"people_may_send": "yes"}, page="/accounts/new")

    assert refused.status_code == 403
    account = stored(app, account_id)
    assert account is not None
    assert not account.people_may_send


def test_nobody_decides_without_signing_in(app: Flask, admin: Visitor, visitor: Visitor) -> None:
    assert visitor.open(SYSTEM).headers["Location"].startswith("/sign-in")
    assert visitor.send(f"{SYSTEM}/people", {"people_may_send": "yes"}, page="/sign-in").status_code == 401
