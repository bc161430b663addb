"""The settings window: who stands in the left pane, in what order and state, and how one is found."""

import re

import pytest
from flask import Flask

from tests.web.accounts.counting import queries_of
from tests.web.accounts.paper import filled
from tests.web.desk import ADDRESS, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.mail.settings import Direction
from webapp.storage.models import SessionSecret, User

TITLES = re.compile(r'class="pane__title">([^<]+)<')
STATES = re.compile(r'class="pane__state[^>]*>(?:<svg.*?</svg>)?([^<]+?)<')


def titles(text: str) -> list[str]:
    """Return the accounts of the left pane, top to bottom."""
    return TITLES.findall(text)


def test_the_first_visit_says_what_to_do(colleague: Visitor) -> None:
    page = colleague.open("/accounts")

    assert "Учётных записей почты пока нет" in shown(page)
    assert 'href="/accounts/new"' in page.text


def test_the_system_account_comes_first_then_the_default_then_everyones_then_ones_own(
    app: Flask, admin: Visitor, desk: Desk
) -> None:
    desk.account("anna@uspeh.test", title="Личная")
    desk.account("info@uspeh.test", title="Общая", for_everyone=True)
    default_id = desk.account("zakaz@uspeh.test", title="Заказы")
    with database(app) as session:
        session.get_one(User, admin.user_id).default_account_id = default_id
        session.commit()

    page = admin.open("/accounts")

    assert titles(page.text) == ["Системная учётная запись", "Заказы", "Общая", "Личная"]
    assert "zakaz@uspeh.test работает · по умолчанию" in shown(page)
    assert "не настроена" in shown(page)


def test_the_default_account_stands_on_the_right(app: Flask, admin: Visitor, desk: Desk) -> None:
    desk.account("anna@uspeh.test")
    default_id = desk.account("zakaz@uspeh.test")
    with database(app) as session:
        session.get_one(User, admin.user_id).default_account_id = default_id
        session.commit()

    page = admin.open("/accounts")

    assert filled(page.text, "sender_name")["address"] == "zakaz@uspeh.test"


def test_others_see_everyones_but_nobody_elses(colleague: Visitor, desk: Desk) -> None:
    desk.account("anna@uspeh.test")
    desk.account("info@uspeh.test", for_everyone=True)

    assert titles(colleague.open("/accounts").text) == ["Системная учётная запись", "info@uspeh.test"]


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({}, "работает"),
        ({"remember": False}, "нужен пароль"),
        ({"login_refused": True}, "вход отклонён"),
        ({"locked": True}, "заблокирована до ввода пароля"),
        ({"frozen": True}, "заморожена"),
    ],
)
def test_every_state_is_a_word(admin: Visitor, desk: Desk, columns: dict[str, bool], word: str) -> None:
    account_id = desk.account(**columns)  # type: ignore[arg-type]

    text = admin.open(f"/accounts/{account_id}").text

    assert word in [state.strip() for state in STATES.findall(text)]
    assert text.count(word) >= 2  # beside the heading as well


def test_a_password_typed_in_this_session_is_said(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(remember=False)
    with database(app) as session:
        session_id = session.connection().exec_driver_sql("SELECT max(id) FROM browser_sessions").scalar_one()
        row = SessionSecret(session_id=session_id, account_id=account_id, direction=Direction.INCOMING, secret="x")
        session.add(row)
        session.commit()

    assert "пароль введён на этот сеанс" in shown(admin.open(f"/accounts/{account_id}"))
    assert "нужен пароль" in shown(Visitor(app).sign_in(admin.user_id).open(f"/accounts/{account_id}"))


def test_the_chosen_account_and_section_are_marked(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    text = admin.open(f"/accounts/{account_id}/letters").text

    assert re.search(rf'href="/accounts/{account_id}" aria-current="true"', text)
    assert re.search(rf'href="/accounts/{account_id}/letters" aria-current="page"', text)


def test_many_accounts_can_be_searched(admin: Visitor, desk: Desk) -> None:
    for number in range(13):
        desk.account(f"otdel{number}@uspeh.test", title=f"Отдел {number}", for_everyone=True)

    assert "pane-search" in admin.open("/accounts").text
    assert titles(admin.open("/accounts?q=отдел+12").text) == ["Отдел 12"]
    assert "Нет учётных записей" in shown(admin.open("/accounts?q=нигде"))


def test_few_accounts_need_no_search(admin: Visitor, desk: Desk) -> None:
    desk.account()

    assert "pane-search" not in admin.open("/accounts").text


def test_at_most_a_hundred_are_shown_and_the_chosen_one_always(admin: Visitor, desk: Desk) -> None:
    for number in range(102):
        last_id = desk.account(f"a{number}@uspeh.test", title=f"Счёт {number:03}", for_everyone=True)

    page = admin.open(f"/accounts/{last_id}")

    assert len(titles(page.text)) == 101
    assert titles(page.text)[-1] == "Счёт 101"
    assert "Показаны первые" in shown(page)
    assert len(titles(admin.open("/accounts?all=yes").text)) == 103


def test_a_domain_in_another_alphabet_is_readable(admin: Visitor, desk: Desk) -> None:
    desk.account("anna@xn--80a1acny.xn--p1ai")

    assert "anna@почта.рф" in shown(admin.open("/accounts"))


def test_the_menu_of_actions_offers_what_may_be_done(admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    account_id = desk.account(for_everyone=True)

    mine, others = (shown(person.open(f"/accounts/{account_id}")) for person in (admin, colleague))

    for words in ("Добавить учётную запись почты…", "Использовать по умолчанию", "Создать такую же…"):
        assert words in mine
        assert words in others
    assert "Удалить учётную запись…" in mine
    assert "Удалить учётную запись…" not in others


@pytest.mark.parametrize("path", ["", "/incoming", "/letters", "/security", "/checks", "/password"])
def test_the_number_of_queries_does_not_grow_with_the_accounts(
    app: Flask, admin: Visitor, desk: Desk, path: str
) -> None:
    account_id = desk.account(ADDRESS)
    few = queries_of(app, admin, f"/accounts/{account_id}{path}")
    for number in range(15):
        desk.account(f"otdel{number}@uspeh.test", for_everyone=number % 2 == 0)

    assert queries_of(app, admin, f"/accounts/{account_id}{path}") == few
