"""One-time links: the first administrator, and a new password."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.web.administration.office import lay_account
from tests.web.visitor import PASSWORD, Visitor, shown
from webapp.storage.base import utc_now
from webapp.storage.models import Account, LinkPurpose, User
from webapp.storage.users import create_link, create_user, everybody, find_user
from webapp.web.extensions import db

FORM = {"name": "anna", "display_name": "Анна Петрова", "password": PASSWORD, "password_again": PASSWORD}


def link(app: Flask, purpose: LinkPurpose = LinkPurpose.SETUP, name: str | None = None, hours_ago: float = 0) -> str:
    """Make a link and return its path."""
    with app.app_context():
        user = find_user(db.session(), name) if name else None
        token = create_link(db.session(), purpose, user, now=utc_now() - timedelta(hours=hours_ago))
        db.session.commit()
    return f"/{'setup' if purpose is LinkPurpose.SETUP else 'reset-password'}/{token}"


def people(app: Flask) -> list[User]:
    with app.app_context():
        return list(everybody(db.session()))


def test_before_the_set_up_every_page_leads_to_where_the_link_is_explained(visitor: Visitor) -> None:
    assert visitor.open("/accounts").location == "/"
    assert visitor.open("/sign-in").location == "/"
    assert "показана одноразовая ссылка" in shown(visitor.open("/"))


def test_the_link_makes_the_first_administrator_and_signs_them_in(app: Flask, visitor: Visitor) -> None:
    answer = visitor.send(link(app), FORM)

    assert (answer.status_code, answer.location) == (303, "/accounts")
    assert "Mailroom готов к работе." in shown(visitor.open("/accounts"))
    (anna,) = people(app)
    assert (anna.name, anna.display_name, anna.is_admin, anna.language) == ("anna", "Анна Петрова", True, "ru")
    assert anna.password_hash is not None
    assert anna.password_hash.startswith("$argon2id$")


def test_the_language_of_the_set_up_becomes_the_administrators(app: Flask) -> None:
    Visitor(app, "en").send(link(app), FORM)

    assert people(app)[0].language == "en"


def test_the_link_works_once(app: Flask, visitor: Visitor) -> None:
    path = link(app)
    visitor.send(path, FORM)

    answer = Visitor(app).open(path)

    assert answer.status_code == 404
    assert "Эта ссылка больше не действует" in shown(answer)


def test_a_new_link_ends_the_old_one(app: Flask, visitor: Visitor) -> None:
    old, new = link(app), link(app)

    assert visitor.open(old).status_code == 404
    assert visitor.open(new).status_code == 200


def test_a_link_is_too_old_after_24_hours(app: Flask, visitor: Visitor) -> None:
    assert visitor.open(link(app, hours_ago=23.9)).status_code == 200
    assert visitor.open(link(app, hours_ago=24.1)).status_code == 404


def test_a_made_up_link_opens_nothing(app: Flask, visitor: Visitor) -> None:
    link(app)

    assert visitor.open("/setup/guess").status_code == 404
    assert visitor.browser.post("/setup/guess", data=FORM, headers=visitor.headers).status_code == 404
    assert people(app) == []


@pytest.mark.usefixtures("admin")
def test_a_set_up_link_is_worth_nothing_once_there_is_an_administrator(app: Flask, visitor: Visitor) -> None:
    assert visitor.open(link(app)).status_code == 404
    assert len(people(app)) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "Введите имя, с которым будете входить."),
        ({"name": "anna petrova"}, "без пробелов"),
        ({"name": "a" * 101}, "не больше 100"),
        ({"display_name": " "}, "Введите имя, каким его увидят другие."),
        ({"password": "short", "password_again": "short"}, "не меньше 10 символов"),
        ({"password": "Anna-1234", "password_again": "Anna-1234"}, "не меньше 10 символов"),
        (
            {"name": "annapetrova", "password": "AnnaPetrova1", "password_again": "AnnaPetrova1"},
            "почти имя для входа",
        ),
        ({"password": "aaaaaaaaaaaa", "password_again": "aaaaaaaaaaaa"}, "повторяются"),
        ({"password": "p" * 1025, "password_again": "p" * 1025}, "не больше 1024"),
        ({"password_again": "something else"}, "Пароли различаются."),
    ],
)
def test_a_wrong_form_comes_back_as_filled_in_but_for_the_passwords(
    app: Flask, visitor: Visitor, changed: dict[str, str], words: str
) -> None:
    answer = visitor.send(link(app), {**FORM, **changed})

    assert answer.status_code == 422
    assert shown(answer).count(words) == 2
    assert "Анна Петрова" in answer.text or "display_name" in changed
    assert PASSWORD not in answer.text
    assert people(app) == []


@pytest.mark.usefixtures("admin")
def test_a_password_link_sets_the_password_and_ends_other_sessions(
    app: Flask, visitor: Visitor, colleague: Visitor
) -> None:
    path = link(app, LinkPurpose.RESET_PASSWORD, "boris")
    fresh = "completely different words"

    answer = visitor.send(path, {"password": fresh, "password_again": fresh})

    assert answer.status_code == 303
    assert "Борис Иванов" in shown(visitor.open("/accounts"))
    assert colleague.open("/accounts").status_code == 303
    assert colleague.send("/sign-in", {"name": "boris", "password": fresh}).status_code == 303
    assert visitor.open(path).status_code == 404


@pytest.mark.usefixtures("admin")
def test_a_link_somebody_else_made_locks_the_persons_own_accounts_and_says_so(
    app: Flask, visitor: Visitor, colleague: Visitor
) -> None:
    account_id = lay_account(app, "boris@uspeh.test", colleague.user_id)
    path = link(app, LinkPurpose.RESET_PASSWORD, "boris")

    visitor.send(path, {"password": "completely different words", "password_again": "completely different words"})

    assert "останутся заблокированными" in shown(visitor.open("/profile"))
    with app.app_context():
        assert db.session.get_one(Account, account_id).locked


@pytest.mark.usefixtures("admin", "colleague")
def test_a_password_link_of_a_disabled_person_opens_nothing(app: Flask, visitor: Visitor) -> None:
    path = link(app, LinkPurpose.RESET_PASSWORD, "boris")
    with app.app_context():
        find_user(db.session(), "boris").disabled = True  # type: ignore[union-attr]
        db.session.commit()

    assert visitor.open(path).status_code == 404


@pytest.mark.usefixtures("admin", "colleague")
def test_the_rules_hold_for_a_new_password_too_and_the_link_stays_good(app: Flask, visitor: Visitor) -> None:
    path = link(app, LinkPurpose.RESET_PASSWORD, "boris")

    short = visitor.send(path, {"password": "short", "password_again": "short"})
    own_name = visitor.send(path, {"password": "12boris123", "password_again": "12boris123"})

    assert [short.status_code, own_name.status_code] == [422, 422]
    assert "нужно не меньше 10 символов" in shown(short)
    assert "почти имя для входа" in shown(own_name)


@pytest.mark.usefixtures("admin", "colleague")
def test_a_set_up_link_is_no_password_link(app: Flask, visitor: Visitor) -> None:
    token = link(app).rpartition("/")[2]

    assert visitor.open(f"/reset-password/{token}").status_code == 404


def test_a_name_somebody_has_already_is_refused_and_the_link_stays_good(app: Flask, visitor: Visitor) -> None:
    with app.app_context():
        create_user(db.session(), FORM["name"])
        db.session.commit()
    here = link(app)

    answer = visitor.send(here, FORM)

    assert answer.status_code == 422
    assert "С этим именем входит кто-то другой." in shown(answer)
    assert visitor.send(here, {**FORM, "name": "other"}).status_code == 303


def test_the_journal_begins_with_the_first_administrator(app: Flask, visitor: Visitor) -> None:
    visitor.send(link(app), FORM)

    assert "Пользователь добавлен" in shown(visitor.open("/journal"))
