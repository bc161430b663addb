"""The test notice: on demand, to every administrator, through the system account; how it fares stands in the list."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.web.administration.office import SYSTEM, journal
from tests.web.desk import Desk, database
from tests.web.visitor import Visitor, shown
from webapp.storage import blobs
from webapp.storage.models import Account, Notice, OutgoingLetter, OutgoingState, User

SEND = f"{SYSTEM}/test-notice"


@pytest.fixture
def robot(desk: Desk) -> int:
    """Return the system account, set up."""
    return desk.account("robot@uspeh.test", system=True)


def letters(app: Flask) -> list[OutgoingLetter]:
    with database(app) as session:
        return list(session.scalars(select(OutgoingLetter).order_by(OutgoingLetter.to)))


def lives_at(app: Flask, visitor: Visitor, address: str | None, language: str = "ru") -> None:
    """Let a person have an address for notices."""
    with database(app) as session:
        user = session.get_one(User, visitor.user_id)
        user.notice_address, user.language = address, language
        session.commit()


@pytest.mark.usefixtures("robot")
def test_it_leaves_at_once_for_every_administrator_in_their_language(app: Flask, admin: Visitor) -> None:
    vera = Visitor(app).who_is("vera", "Vera", is_admin=True)
    lives_at(app, admin, "anna@elsewhere.test")
    lives_at(app, vera, "vera@elsewhere.test", "en")

    answer = admin.send(SEND, page=SYSTEM)

    assert (answer.status_code, answer.location) == (303, "/notices")
    assert [(one.to, one.subject, one.state) for one in letters(app)] == [
        ("anna@elsewhere.test", "Mailroom: Пробное уведомление", OutgoingState.QUEUED),
        ("vera@elsewhere.test", "Mailroom: Test notice", OutgoingState.QUEUED),
    ]
    page = shown(admin.open("/notices"))
    assert "Пробное уведомление отправляется всем администраторам." in page
    assert "Письмо на anna@elsewhere.test ждёт отправки." in page
    assert "Test notice" in shown(vera.open("/notices"))
    assert "notice-tested" in journal(app)


@pytest.mark.usefixtures("robot")
def test_the_letter_is_from_the_system_account_and_of_the_program(app: Flask, admin: Visitor, robot: int) -> None:
    lives_at(app, admin, "anna@elsewhere.test")

    admin.send(SEND, page=SYSTEM)

    (letter,) = letters(app)
    assert (letter.account_id, letter.author_id) == (robot, None)
    with database(app) as session:
        written = blobs.read(session, letter.sha256 or "").decode()
    assert "From: " in written
    assert "<robot@uspeh.test>" in written
    assert "To: anna@elsewhere.test" in written
    assert "Auto-Submitted: auto-generated" in written


@pytest.mark.usefixtures("robot")
def test_while_one_is_on_its_way_there_is_no_second(app: Flask, admin: Visitor) -> None:
    lives_at(app, admin, "anna@elsewhere.test")
    admin.send(SEND, page=SYSTEM)

    admin.send(SEND, page=SYSTEM)

    assert len(letters(app)) == 1
    assert "Прошлое пробное уведомление ещё в пути" in shown(admin.open("/notices"))


@pytest.mark.usefixtures("robot")
def test_without_an_address_the_list_says_why_there_is_no_letter(app: Flask, admin: Visitor) -> None:
    admin.send(SEND, page=SYSTEM)

    assert letters(app) == []
    assert "неизвестно, на какой адрес" in shown(admin.open("/notices"))


def test_where_there_is_no_system_account_its_set_up_comes_first(app: Flask, admin: Visitor) -> None:
    answer = admin.send(SEND, page="/profile")

    assert (answer.status_code, answer.location) == (303, SYSTEM)
    with database(app) as session:
        assert session.scalars(select(Notice)).all() == []


@pytest.mark.usefixtures("robot")
def test_nobody_else_may(app: Flask, colleague: Visitor) -> None:
    assert colleague.send(SEND, page="/profile").status_code == 403
    with database(app) as session:
        assert session.scalars(select(Notice)).all() == []


def test_the_page_offers_it_once_the_account_is_set_up(app: Flask, admin: Visitor, robot: int) -> None:
    assert "Отправить пробное уведомление" in shown(admin.open(SYSTEM))
    with database(app) as session:
        assert session.get_one(Account, robot).is_system


@pytest.mark.usefixtures("robot")
def test_the_list_asks_for_itself_until_the_letter_has_left(app: Flask, admin: Visitor) -> None:
    lives_at(app, admin, "anna@elsewhere.test")
    admin.send(SEND, page=SYSTEM)
    assert 'hx-trigger="every 2s"' in admin.open("/notices").text

    with database(app) as session:
        session.scalars(select(OutgoingLetter)).one().state = OutgoingState.SENT
        session.commit()

    page = admin.open("/notices")
    assert "hx-trigger" not in page.text
    assert "Письмо отправлено на anna@elsewhere.test." in shown(page)
