"""Receiving and sending in the settings window: how they stand, «Получить почту», a load followed and stopped."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.web.accounts.counting import queries_of
from tests.web.desk import SECRET, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.mail.settings import Credentials, Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.credentials import keep_for_session
from webapp.storage.models import Account, Action, BrowserSession, JournalEntry, SessionSecret, Traffic
from webapp.storage.traffic import keep_rows
from webapp.web.extensions import box

INCOMING, OUTGOING = Direction.INCOMING, Direction.OUTGOING
AWAY = Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 993)
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993)


def lay_rows(app: Flask, account_id: int, direction: Direction = INCOMING, **values: object) -> None:
    """Let the background know the account, and one of its directions stand so."""
    with database(app) as session:
        keep_rows(session, utc_now())
        row = session.get_one(Traffic, (account_id, direction))
        for name, value in {"due_at": utc_now() + timedelta(minutes=4), **values}.items():
            setattr(row, name, value)
        session.commit()


def row_of(app: Flask, account_id: int, direction: Direction = INCOMING) -> Traffic | None:
    with database(app) as session:
        return session.get(Traffic, (account_id, direction))


def due_at(app: Flask, account_id: int, direction: Direction = INCOMING) -> datetime | None:
    row = row_of(app, account_id, direction)
    return row.due_at if row is not None else None


def receive(person: Visitor, account_id: int, **headers: str) -> TestResponse:
    return person.send(f"/accounts/{account_id}/receive", page=f"/accounts/{account_id}", headers=headers)


def type_for_session(app: Flask, person: Visitor, account_id: int) -> None:
    """Let the person's browser session remember the password."""
    with database(app) as session:
        browser = session.scalars(
            select(BrowserSession).where(BrowserSession.user_id == person.user_id).order_by(BrowserSession.id.desc())
        ).first()
        assert browser is not None
        keep_for_session(session, box(), browser, session.get_one(Account, account_id), Credentials(SECRET))
        session.commit()


def test_a_quiet_account_says_that_it_works_and_when_it_did(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(automatic=True)
    lay_rows(app, account_id, worked_at=utc_now())

    page = admin.open(f"/accounts/{account_id}")

    text = shown(page)
    assert "Получение и отправка" in text
    assert "Последний раз успешно:" in text
    assert "Получить почту" in text
    assert "hx-get" not in card(page.text), "nothing is going on, so nobody asks"


def card(text: str) -> str:
    """Return the card's source."""
    found = re.search(r'(?s)<section class="card traffic".*?</section>', text)
    return found[0] if found else ""


@pytest.mark.parametrize("section", ["", "/letters"])
def test_trouble_is_told_with_its_beginning_and_the_next_try(
    app: Flask, admin: Visitor, desk: Desk, section: str
) -> None:
    account_id = desk.account(automatic=True)
    now = utc_now()
    lay_rows(app, account_id, trouble=AWAY, trouble_since=now - timedelta(days=2), due_at=now + timedelta(days=2))

    text = shown(admin.open(f"/accounts/{account_id}{section}"))

    assert re.search(r"Сбой с \d\d\.\d\d\.\d{4}, \d\d?:\d\d; следующая попытка: \d\d\.\d\d\.\d{4}", text)
    assert "ждёт после сбоя" in text
    assert "imap.uspeh.test" in text


def test_trouble_stands_in_the_left_pane_and_in_the_administrators_list(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(automatic=True)
    lay_rows(app, account_id, trouble=AWAY, trouble_since=utc_now())

    assert "ждёт после сбоя" in shown(admin.open("/accounts"))
    assert "ждёт после сбоя" in shown(admin.open("/administration/accounts?state=waiting"))
    assert "anna@uspeh.test" not in shown(admin.open("/administration/accounts?state=works"))


def test_a_refused_login_says_what_to_do_where_people_look(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(automatic=True)
    lay_rows(app, account_id, trouble=REFUSED, trouble_since=utc_now(), refused=True, due_at=None)
    with database(app) as session:
        session.get_one(Account, account_id).login_refused = True
        session.commit()

    page = admin.open(f"/accounts/{account_id}")

    assert "Новых попыток не будет, пока не подойдёт новый пароль." in shown(page)
    assert f'href="/accounts/{account_id}/password"' in page.text
    assert "Получить почту" not in card(page.text)


def test_each_direction_stands_for_itself(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(automatic=True)
    lay_rows(app, account_id, OUTGOING, trouble=AWAY, trouble_since=utc_now())

    text = shown(admin.open(f"/accounts/{account_id}"))

    assert re.search(r"Получение работает.*Отправка ждёт после сбоя", text)


def test_what_does_not_run_by_itself_says_so(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(automatic=False)

    assert "Получение по запросу" in shown(admin.open(f"/accounts/{account_id}"))


def test_the_button_lets_it_be_received_at_once(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(automatic=False)

    answer = receive(admin, account_id)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/accounts/{account_id}"
    wanted_at = due_at(app, account_id)
    assert wanted_at is not None
    assert wanted_at <= utc_now()
    assert "Получаем почту: anna@uspeh.test." in shown(admin.open(f"/accounts/{account_id}"))
    assert journal(app, Action.ACCOUNT_USED) == 0, "with a stored password that is what it is for"


def journal(app: Flask, action: Action) -> int:
    with database(app) as session:
        return session.scalar(select(func.count()).where(JournalEntry.action == action)) or 0


def test_it_leads_back_to_the_page_it_was_pressed_on_but_not_elsewhere(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    here = receive(admin, account_id, Referer="http://localhost/accounts?q=anna")
    elsewhere = receive(admin, account_id, Referer="http://evil.test/accounts")

    assert here.headers["Location"] == "/accounts?q=anna"
    assert elsewhere.headers["Location"] == f"/accounts/{account_id}"


def test_without_a_stored_password_it_is_asked_for_first(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(remember=False)

    answer = receive(admin, account_id)

    assert answer.headers["Location"] == f"/accounts/{account_id}/password"
    assert "как только он подойдёт, почта начнёт загружаться" in shown(admin.open(answer.headers["Location"]))
    assert due_at(app, account_id) is None


def test_with_the_password_of_a_session_it_begins_and_stands_in_the_journal(
    app: Flask, admin: Visitor, desk: Desk
) -> None:
    account_id = desk.account(remember=False)
    type_for_session(app, admin, account_id)

    answer = receive(admin, account_id)

    assert answer.headers["Location"] == f"/accounts/{account_id}"
    assert due_at(app, account_id) is not None
    assert journal(app, Action.ACCOUNT_USED) == 1


def test_after_a_refusal_a_new_password_is_asked_for(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()
    lay_rows(app, account_id, trouble=REFUSED, refused=True, due_at=None)

    answer = receive(admin, account_id)

    assert answer.headers["Location"] == f"/accounts/{account_id}/password"
    assert due_at(app, account_id) is None


def test_whoever_may_not_type_it_is_told_who_may(app: Flask, colleague: Visitor, desk: Desk) -> None:
    account_id = desk.account(for_everyone=True)
    lay_rows(app, account_id, trouble=REFUSED, refused=True, due_at=None)

    answer = receive(colleague, account_id)

    assert answer.headers["Location"] == f"/accounts/{account_id}"
    assert "должен заново ввести администратор" in shown(colleague.open(f"/accounts/{account_id}"))


def test_a_second_press_while_it_goes_on_asks_for_nothing_more(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()
    lay_rows(app, account_id, leased_by="x", leased_until=utc_now() + timedelta(seconds=60), due_at=None)

    receive(admin, account_id)

    assert due_at(app, account_id) is None


def test_a_load_is_followed_until_it_ends(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(automatic=True)
    busy = {"leased_by": "x", "leased_until": utc_now() + timedelta(seconds=60), "done": 120, "total": 20000}
    lay_rows(app, account_id, **busy)
    poll = {"HX-Request": "true"}

    going = admin.open(f"/accounts/{account_id}/traffic", headers=poll)
    lay_rows(app, account_id, leased_by=None, leased_until=None, done=0, total=0)
    over = admin.open(f"/accounts/{account_id}/traffic", headers=poll)

    assert "Загружено 120 из 20 000" in shown(going).replace("\xa0", " ")
    assert '<progress value="120" max="20000"' in going.text
    assert 'hx-trigger="every 2s"' in going.text
    assert "stop-receiving" in going.text
    assert "hx-trigger" not in over.text
    assert "<html" not in over.text


def test_what_waits_its_turn_for_too_long_is_followed_no_more(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()
    lay_rows(app, account_id, due_at=utc_now())
    assert "hx-trigger" in card(admin.open(f"/accounts/{account_id}").text)

    lay_rows(app, account_id, due_at=utc_now() - timedelta(minutes=3))

    text = card(admin.open(f"/accounts/{account_id}").text)
    assert "Ждёт своей очереди" in text
    assert "hx-trigger" not in text


def test_the_address_of_the_poll_alone_leads_to_the_page(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    assert admin.open(f"/accounts/{account_id}/traffic").headers["Location"] == f"/accounts/{account_id}"


def test_stop_asks_whoever_works_at_it_to_stop(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(automatic=True)
    lay_rows(app, account_id, leased_by="x", leased_until=utc_now() + timedelta(seconds=60), due_at=None)

    answer = admin.send(f"/accounts/{account_id}/stop-receiving", page=f"/accounts/{account_id}")

    row = row_of(app, account_id)
    assert answer.status_code == 303
    assert row is not None
    assert row.stop_requested
    assert "загруженное останется" in shown(admin.open(f"/accounts/{account_id}"))


def test_all_accounts_are_received_with_one_press(app: Flask, admin: Visitor, desk: Desk) -> None:
    one, two = desk.account("anna@uspeh.test"), desk.account("info@uspeh.test", for_everyone=True)
    asks = desk.account("nopass@uspeh.test", remember=False)

    answer = admin.send("/mail/receive", page="/profile")

    assert answer.status_code == 303
    assert [due_at(app, account_id) is not None for account_id in (one, two, asks)] == [True, True, False]
    text = shown(admin.open("/profile"))
    assert "Получаем почту 2 учётных записей." in text
    assert "Сначала нужен пароль: nopass@uspeh.test." in text


def test_with_nothing_to_receive_that_is_said(admin: Visitor) -> None:
    admin.send("/mail/receive", page="/profile")

    assert "Ни одна учётная запись не получает письма." in shown(admin.open("/profile"))


def test_a_news_account_has_no_such_card(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(news=True)

    assert card(admin.open(f"/accounts/{account_id}").text) == ""


def test_trouble_costs_the_window_no_more_questions(app: Flask, admin: Visitor, desk: Desk) -> None:
    first = desk.account("anna@uspeh.test", automatic=True)
    lay_rows(app, first, trouble=AWAY, trouble_since=utc_now())
    few = queries_of(app, admin, f"/accounts/{first}"), queries_of(app, admin, "/administration/accounts")
    for number in range(10):
        account_id = desk.account(f"person{number}@uspeh.test", automatic=True)
        lay_rows(app, account_id, trouble=AWAY, trouble_since=utc_now())

    many = queries_of(app, admin, f"/accounts/{first}"), queries_of(app, admin, "/administration/accounts")

    assert many == few


def test_no_password_stays_with_the_session_after_signing_out(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(remember=False)
    type_for_session(app, admin, account_id)

    admin.send("/sign-out", page="/profile")

    with database(app) as session:
        assert session.scalar(select(func.count()).select_from(SessionSecret)) == 0, account_id
