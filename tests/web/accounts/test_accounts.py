"""What is done with a whole account: whose it is, default, duplicate, deleting."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.web.desk import ADDRESS, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.storage import writing
from webapp.storage.models import Account, IncomingServer, OutgoingLetter, OutgoingServer, User

SECTIONS = ["", "/incoming", "/letters", "/security", "/password", "/checks", "/delete"]


def count(app: Flask, table: type) -> int:
    """Return how many rows a table has."""
    with database(app) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def system_id(app: Flask) -> int:
    """Return the id of the system account."""
    with database(app) as session:
        return session.scalars(select(Account.id).where(Account.is_system)).one()


@pytest.mark.parametrize("path", [*SECTIONS, "/duplicate"])
def test_somebody_elses_account_does_not_exist(colleague: Visitor, desk: Desk, path: str) -> None:
    account_id = desk.account()

    assert colleague.open(f"/accounts/{account_id}{path}").status_code == 404


@pytest.mark.parametrize("path", [*SECTIONS, "/default", "/outgoing"])
def test_somebody_elses_account_is_not_changed_either(colleague: Visitor, desk: Desk, path: str) -> None:
    account_id = desk.account()

    assert colleague.send(f"/accounts/{account_id}{path}", page="/accounts").status_code == 404


@pytest.mark.parametrize("path", ["", *SECTIONS, "/duplicate"])
def test_who_is_not_signed_in_is_led_to_the_door(visitor: Visitor, desk: Desk, path: str) -> None:
    answer = visitor.open(f"/accounts/{desk.account()}{path}")

    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("path", ["", "/incoming", "/letters", "/security", "/delete", "/outgoing"])
def test_accounts_for_everyone_are_changed_by_administrators(colleague: Visitor, desk: Desk, path: str) -> None:
    account_id = desk.account(for_everyone=True)

    assert colleague.send(f"/accounts/{account_id}{path}", page="/accounts").status_code == 403


@pytest.mark.parametrize("path", ["", "/incoming", "/letters", "/security"])
def test_others_see_them_as_facts_with_the_reason(colleague: Visitor, desk: Desk, path: str) -> None:
    page = colleague.open(f"/accounts/{desk.account(for_everyone=True)}{path}")

    assert "изменяют и удаляют администраторы" in shown(page)
    assert "imap.uspeh.test" in page.text or path != "/incoming"
    main = page.text[page.text.index('class="window__right"') :]
    assert "<input" not in main.replace('<input type="hidden"', ""), "a button is no field"


def test_deleting_asks_once_and_removes_the_servers_with_it(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    question = admin.open(f"/accounts/{account_id}/delete")
    answer = admin.send(f"/accounts/{account_id}/delete")

    assert f"Удалить учётную запись «{ADDRESS}»?" in shown(question)
    assert answer.status_code == 303
    assert (count(app, Account), count(app, IncomingServer), count(app, OutgoingServer)) == (1, 0, 0)
    assert f"Учётная запись «{ADDRESS}» удалена" in shown(admin.open(answer.headers["Location"]))


@pytest.mark.parametrize("way", ["/accounts/{id}/delete", "/administration/accounts/{id}/remove"])
def test_a_draft_outlives_its_account_and_what_does_not_is_said_first(
    app: Flask, admin: Visitor, desk: Desk, way: str
) -> None:
    account_id, other = desk.account(), desk.account("anna@other.test")
    with database(app) as session:
        person = session.get_one(User, desk.user_id)
        writing.start(session, person, writing.Content(account_id, subject="Отпуск"))
        session.commit()

    question = shown(admin.open(way.format(id=account_id)))
    admin.send(way.format(id=account_id))

    assert "даже если у провайдера их уже нет" in question
    assert "останутся у авторов черновиками" in question
    with database(app) as session:
        assert [one.account_id for one in session.scalars(select(OutgoingLetter))] == [other]


def test_looking_at_the_question_deletes_nothing(app: Flask, admin: Visitor, desk: Desk) -> None:
    admin.open(f"/accounts/{desk.account()}/delete")

    assert count(app, Account) == 2


def test_the_system_account_is_never_deleted(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(system=True)

    assert admin.open(f"/accounts/{account_id}/delete").status_code == 403
    assert admin.send(f"/accounts/{account_id}/delete", page="/accounts").status_code == 403
    assert count(app, Account) == 1


def test_the_default_account_is_each_persons_own_choice(
    app: Flask, admin: Visitor, colleague: Visitor, desk: Desk
) -> None:
    account_id = desk.account(for_everyone=True)

    answer = colleague.send(f"/accounts/{account_id}/default", page="/accounts")

    assert answer.status_code == 303
    with database(app) as session:
        chosen = [session.get_one(User, person.user_id).default_account_id for person in (admin, colleague)]
    assert chosen == [None, account_id]


@pytest.mark.parametrize(
    ("columns", "offered"),
    [({}, True), ({"for_sending": False}, False), ({"locked": True}, False), ({"frozen": True}, False)],
)
def test_only_an_account_one_may_send_with_is_offered_as_default(
    admin: Visitor, desk: Desk, columns: dict[str, bool], offered: bool
) -> None:
    account_id = desk.account(**columns)  # type: ignore[arg-type]

    page = admin.open(f"/accounts/{account_id}").text

    assert (f'action="/accounts/{account_id}/default"' in page) is offered
    if not offered:
        assert admin.send(f"/accounts/{account_id}/default", page=f"/accounts/{account_id}").status_code == 403


def test_an_account_that_sends_nothing_is_no_default(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(for_sending=False)

    assert admin.send(f"/accounts/{account_id}/default", page="/accounts").status_code == 403


def test_a_duplicate_begins_with_the_form_of_a_new_account(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    assert admin.open(f"/accounts/{account_id}/duplicate").headers["Location"] == f"/accounts/new?like={account_id}"


def test_the_system_account_before_it_is_set_up_has_no_sections(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    page = f"/accounts/{system_id(app)}"

    assert "Настройка системной учётной записи" in shown(admin.open(page))
    assert 'href="/accounts/new?system=1"' in admin.open(page).text
    assert 'href="/accounts/new?system=1"' not in colleague.open(page).text
    assert admin.open(f"{page}/letters").headers["Location"] == page
