"""The people of the office, as administrators look after them: the list, adding, names, one-time links."""

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.web.administration.office import count_statements
from tests.web.visitor import Visitor, shown
from webapp import create_app
from webapp.instance import open_instance
from webapp.settings import load
from webapp.storage.models import Action, JournalEntry, OneTimeLink, User
from webapp.storage.users import create_user, find_user
from webapp.web.administration import users
from webapp.web.extensions import db

USERS = "/administration/users"
VERA = {"display_name": "Вера Орлова", "name": "Vera", "language": "ru"}
LINK = re.compile(r'value="(http://localhost/reset-password/([\w-]+))"')


def person(app: Flask, name: str) -> User | None:
    with app.app_context():
        return find_user(db.session(), name)


def actions(app: Flask) -> list[Action]:
    with app.app_context():
        return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


def one(visitor: Visitor) -> str:
    return f"{USERS}/{visitor.user_id}"


def test_the_list_shows_names_roles_states_and_own_accounts(admin: Visitor, colleague: Visitor) -> None:
    page = shown(admin.open(USERS))

    assert "Анна Петрова anna администратор может входить 0" in page
    assert "Борис Иванов boris пользователь может входить 0" in page


def test_the_list_is_searched_by_either_name(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    by_name, by_login = admin.open(f"{USERS}?q=иван"), admin.open(f"{USERS}?q=BOR")
    nobody = admin.open(f"{USERS}?q=zzz")

    assert "boris" in shown(by_name)
    assert "Анна Петрова anna" not in shown(by_name)
    assert "Борис Иванов" in shown(by_login)
    assert "Никто не подходит под поиск." in shown(nobody)


def test_the_list_comes_page_by_page(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        for number in range(60):
            create_user(db.session(), f"person{number:02}", f"Человек {number:02}")
        db.session.commit()

    first, second = admin.open(USERS), admin.open(f"{USERS}?page=2")

    assert "1–50 из 61" in shown(first)
    assert "51–61 из 61" in shown(second)
    assert "ещё не выбирал" in shown(second)


def test_the_list_asks_the_database_as_often_for_fifty_people_as_for_two(app: Flask, admin: Visitor) -> None:
    admin.open(USERS)
    few = count_statements(app, admin, USERS)
    with app.app_context():
        for number in range(60):
            create_user(db.session(), f"person{number:02}")
        db.session.commit()

    assert count_statements(app, admin, USERS) == few


def test_adding_somebody_shows_the_link_once(app: Flask, admin: Visitor, visitor: Visitor) -> None:
    answer = admin.send(f"{USERS}/new", VERA)

    found = LINK.search(answer.text)
    assert answer.status_code == 201
    assert found
    assert "Действует один раз, 24 часа." in shown(answer)
    vera = person(app, "vera")
    assert vera
    assert (vera.display_name, vera.language, vera.is_admin, vera.password_hash) == ("Вера Орлова", "ru", False, None)
    assert "Вера Орлова" in shown(visitor.open(found[1]))
    assert found[2] not in admin.open(f"{USERS}/{vera.id}").text
    with app.app_context():
        link = db.session.scalars(select(OneTimeLink)).one()
        assert link.created_by_id == admin.user_id
        assert found[2] not in link.token_hash
    assert actions(app) == [Action.USER_ADDED, Action.RESET_LINK_MADE]


def test_an_administrator_can_be_added(app: Flask, admin: Visitor) -> None:
    admin.send(f"{USERS}/new", {**VERA, "is_admin": "y"})

    vera = person(app, "vera")
    assert vera
    assert vera.is_admin


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "Введите имя, с которым человек будет входить."),
        ({"name": "vera orlova"}, "без пробелов"),
        ({"name": "Anna"}, "С этим именем входит кто-то другой."),
        ({"display_name": ""}, "Введите имя, которое увидят другие."),
    ],
)
def test_a_wrong_form_adds_nobody(app: Flask, admin: Visitor, changed: dict[str, str], words: str) -> None:
    answer = admin.send(f"{USERS}/new", {**VERA, **changed})

    assert answer.status_code == 422
    assert shown(answer).count(words) == 2
    assert actions(app) == []


def test_both_names_can_be_changed(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    answer = admin.send(one(colleague), {"display_name": "Борис Орлов", "name": "orlov"})

    assert (answer.status_code, answer.location) == (303, one(colleague))
    assert "Борис Орлов" in shown(admin.open(one(colleague)))
    assert person(app, "orlov") is not None
    assert colleague.open("/profile").status_code == 200
    with app.app_context():
        line = db.session.scalars(select(JournalEntry)).one()
    assert (line.action, line.subject) == (Action.USER_CHANGED, "Борис Иванов"), "the line says who it was"
    assert line.details == (("display_name", "Борис Орлов"), ("name", "orlov"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"name": "anna"}, "С этим именем входит кто-то другой."), ({"display_name": ""}, "Введите имя")],
)
def test_wrong_names_change_nothing(
    app: Flask, admin: Visitor, colleague: Visitor, changed: dict[str, str], words: str
) -> None:
    answer = admin.send(one(colleague), {"display_name": "Борис Орлов", "name": "boris", **changed})

    assert answer.status_code == 422
    assert words in shown(answer)
    assert person(app, "boris").display_name == "Борис Иванов"  # type: ignore[union-attr]


def test_a_link_is_made_after_saying_what_it_does(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    question = admin.open(f"{one(colleague)}/reset")
    answer = admin.send(f"{one(colleague)}/reset")

    assert "останутся заблокированными" in shown(question)
    assert LINK.search(question.text) is None
    assert answer.status_code == 200
    assert LINK.search(answer.text)
    assert "останутся заблокированными" in shown(answer)
    assert actions(app) == [Action.RESET_LINK_MADE]


def test_one_makes_no_link_for_oneself(app: Flask, admin: Visitor) -> None:
    assert admin.open(f"{one(admin)}/reset").location == "/profile/password"
    assert admin.send(f"{one(admin)}/reset", page=USERS + "/new").location == "/profile/password"
    assert actions(app) == []


def test_the_answer_with_a_link_is_kept_by_no_cache(admin: Visitor, colleague: Visitor) -> None:
    answer = admin.send(f"{one(colleague)}/reset")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["", "/new", "/1", "/1/reset", "/1/leaving", "/1/disable", "/1/enable"])
def test_people_are_for_administrators(visitor: Visitor, admin: Visitor, colleague: Visitor, path: str) -> None:
    assert visitor.open(USERS + path).location == f"/sign-in?next={USERS}{path}"
    assert colleague.open(USERS + path).status_code == 403
    if path:
        assert colleague.send(USERS + path, page="/profile").status_code == 403


def test_somebody_there_is_not_is_not_found(admin: Visitor) -> None:
    assert admin.open(f"{USERS}/4711").status_code == 404
    assert admin.open(f"{USERS}/{2**63 - 1}").status_code == 404
    assert admin.send(f"{USERS}/4711/leaving", page="/profile").status_code == 404


def test_a_search_with_a_nul_or_a_wildcard_finds_nobody_by_it(admin: Visitor, colleague: Visitor) -> None:
    assert "Борис Иванов" in shown(admin.open(f"{USERS}?q=%00борис"))
    for typed in ("%25", "_", "%00борис%00x"):
        assert "Никто не подходит" in shown(admin.open(f"{USERS}?q={typed}")), typed


def test_a_name_that_grows_when_it_is_stored_is_too_long(app: Flask, admin: Visitor) -> None:
    answer = admin.send(f"{USERS}/new", {**VERA, "name": "ﬃ" * 40})

    assert answer.status_code == 422
    assert "не больше 100" in shown(answer)


def test_a_link_begins_with_the_address_people_open_whatever_the_proxy_spoke(
    environment: dict[str, str], empty_instance: Path
) -> None:
    shutil.copytree(empty_instance, environment["MAILROOM_INSTANCE"])
    app = create_app(open_instance(load({**environment, "MAILROOM_PUBLIC_URL": "https://mail.uspeh.test"})))
    app.testing = True
    with app.test_request_context("/", base_url="http://mail.uspeh.test"):
        assert users.link_of("token") == "https://mail.uspeh.test/reset-password/token"


def test_a_link_begins_with_the_address_that_was_opened_where_no_other_is_known(app: Flask) -> None:
    with app.test_request_context("/", base_url="http://office:8000"):
        assert users.link_of("token") == "http://office:8000/reset-password/token"
