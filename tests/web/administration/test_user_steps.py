"""Steps about a person: administration, keeping out, letting in, leaving; and whom they are not for."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.web.desk import Desk
from tests.web.visitor import Visitor, shown
from webapp.storage.models import Account, Action, JournalEntry, User
from webapp.storage.users import create_user
from webapp.web.extensions import db

USERS = "/administration/users"


def one(visitor: Visitor) -> str:
    return f"{USERS}/{visitor.user_id}"


def user(app: Flask, visitor: Visitor) -> User:
    with app.app_context():
        return db.session.get_one(User, visitor.user_id)


def actions(app: Flask) -> list[Action]:
    with app.app_context():
        return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


def test_administration_is_given_and_taken(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    page = f"{one(colleague)}/administrator"

    given = admin.send(page, {"is_admin": "yes"})
    assert (given.location, user(app, colleague).is_admin) == (one(colleague), True)
    assert colleague.open(USERS).status_code == 200

    taken = admin.send(page, {"is_admin": "no"})
    assert (taken.location, user(app, colleague).is_admin) == (one(colleague), False)
    assert colleague.open(USERS).status_code == 403
    assert actions(app) == [Action.USER_CHANGED, Action.USER_CHANGED]


def test_pressing_twice_changes_nothing_more(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    for _ in range(2):
        admin.send(f"{one(colleague)}/administrator", {"is_admin": "yes"})
        admin.send(f"{one(colleague)}/enable")

    assert user(app, colleague).is_admin
    assert actions(app) == [Action.USER_CHANGED]


def test_a_step_that_says_neither_yes_nor_no_is_refused(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    assert admin.send(f"{one(colleague)}/administrator", {"is_admin": "perhaps"}).status_code == 400
    assert not user(app, colleague).is_admin


def test_disabling_ends_the_sessions_at_once_and_enabling_lets_in(
    app: Flask, admin: Visitor, colleague: Visitor
) -> None:
    disabled = admin.send(f"{one(colleague)}/disable")
    outside = colleague.open("/profile").status_code
    page = shown(admin.open(one(colleague)))
    enabled = admin.send(f"{one(colleague)}/enable")

    assert [disabled.status_code, outside, enabled.status_code] == [303, 303, 303]
    assert "отключён" in page
    assert not user(app, colleague).disabled
    assert actions(app) == [Action.USER_DISABLED, Action.USER_ENABLED]


def test_a_disabled_person_gets_no_link(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    admin.send(f"{one(colleague)}/disable")

    answer = admin.send(f"{one(colleague)}/reset", page="/profile")

    assert answer.status_code == 422
    assert "новый пароль ничего не откроет" in shown(answer)


def test_leaving_shows_what_will_be_frozen_and_freezes_it_in_one_step(
    app: Flask, admin: Visitor, colleague: Visitor
) -> None:
    Desk(app, colleague.user_id).account("boris@uspeh.test")
    Desk(app, colleague.user_id).account("sklad@uspeh.test", for_everyone=True)

    question = admin.open(f"{one(colleague)}/leaving")
    answer = admin.send(f"{one(colleague)}/leaving")

    assert "boris@uspeh.test" in shown(question)
    assert "sklad@uspeh.test" not in shown(question)
    assert answer.status_code == 303
    assert user(app, colleague).disabled
    assert colleague.open("/profile").status_code == 303
    with app.app_context():
        frozen = {row.address: row.frozen for row in db.session.execute(select(Account.address, Account.frozen))}
    assert frozen["boris@uspeh.test"]
    assert not frozen["sklad@uspeh.test"]
    assert "1 из них заморожена" in shown(admin.open(one(colleague)))
    assert {Action.USER_LEFT, Action.ACCOUNT_FROZEN} <= set(actions(app))


@pytest.mark.parametrize(("step", "fields"), [("administrator", {"is_admin": "no"}), ("disable", {}), ("leaving", {})])
def test_nobody_shuts_oneself_out(app: Flask, admin: Visitor, step: str, fields: dict[str, str]) -> None:
    question = admin.open(f"{one(admin)}/{step}")
    answer = admin.send(f"{one(admin)}/{step}", fields, page="/profile")

    assert "Это вы." in shown(question)
    assert answer.status_code == 422
    assert "Это вы." in shown(answer)
    assert user(app, admin).is_admin
    assert not user(app, admin).disabled
    assert actions(app) == []


@pytest.mark.parametrize(("step", "fields"), [("administrator", {"is_admin": "no"}), ("disable", {}), ("leaving", {})])
def test_the_last_administrator_who_can_sign_in_stays(
    app: Flask, admin: Visitor, step: str, fields: dict[str, str]
) -> None:
    second = Visitor(app).who_is("vera", "Вера Орлова", is_admin=True)
    with app.app_context():  # the one who presses has no password any more, as after a restored backup
        db.session.get_one(User, admin.user_id).password_hash = None
        db.session.commit()

    answer = admin.send(f"{one(second)}/{step}", fields)

    assert answer.status_code == 422
    assert "Это последний администратор, который может войти" in shown(answer)
    assert user(app, second).is_admin
    assert not user(app, second).disabled
    assert actions(app) == []


def test_somebody_who_never_chose_a_password_counts_as_no_administrator(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        create_user(db.session(), "new", is_admin=True)
        db.session.commit()

    assert "ещё не выбирал" in shown(admin.open(USERS))


def test_ones_own_page_leads_to_the_profile_instead(admin: Visitor) -> None:
    page = admin.open(one(admin)).text

    assert f'href="{one(admin)}/leaving"' not in page
    assert f'href="{one(admin)}/disable"' not in page
