"""The door: who gets in, who has to wait, and where the way leads afterwards."""

from urllib.parse import quote

import pytest
from flask import Flask

from tests.web.people.doors import door
from tests.web.visitor import PASSWORD, Visitor, shown
from webapp.storage.models import User
from webapp.storage.users import create_user, set_password
from webapp.web.extensions import db


@pytest.mark.usefixtures("anna")
def test_the_right_password_opens_the_accounts(visitor: Visitor) -> None:
    answer = door(visitor)

    assert (answer.status_code, answer.location) == (303, "/")
    assert visitor.open("/").location == "/accounts"
    assert "Анна Петрова" in shown(visitor.open("/accounts"))


@pytest.mark.usefixtures("anna")
def test_the_login_name_may_be_typed_in_capitals_and_with_blanks(visitor: Visitor) -> None:
    assert door(visitor, " Anna ").status_code == 303


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_words(visitor: Visitor, name: str) -> None:
    answer = door(visitor, name, "wrong")

    assert answer.status_code == 422
    assert "Имя и пароль не подходят друг к другу" in shown(answer)
    assert f'value="{name}"' in answer.text
    assert "wrong" not in answer.text


@pytest.mark.usefixtures("anna")
def test_empty_boxes_are_named_one_by_one(visitor: Visitor) -> None:
    answer = door(visitor, "", "")

    assert answer.status_code == 422
    assert shown(answer).count("Введите имя для входа.") == 2  # in the summary and at the field
    assert shown(answer).count("Введите пароль.") == 2


@pytest.mark.usefixtures("anna")
def test_a_disabled_person_stays_outside(app: Flask, visitor: Visitor) -> None:
    with app.app_context():
        create_user(db.session(), "boris", "Борис Иванов", PASSWORD).disabled = True
        db.session.commit()

    assert door(visitor, "boris").status_code == 422


def test_disabling_somebody_ends_the_session_at_once(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        db.session.get(User, admin.user_id).disabled = True  # type: ignore[union-attr]
        db.session.commit()

    assert admin.open("/accounts").status_code == 303


def test_a_new_password_ends_the_open_sessions(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        user = db.session.get(User, admin.user_id)
        assert user is not None
        set_password(db.session(), user, "another long password")
        db.session.commit()

    assert admin.open("/accounts").location == "/sign-in?next=/accounts"


def test_signing_out_closes_the_door(admin: Visitor) -> None:
    answer = admin.send("/sign-out", page="/accounts")

    assert answer.location == "/sign-in"
    assert "Вы вышли." in shown(admin.open("/sign-in"))
    assert admin.open("/accounts").status_code == 303


def test_signing_out_by_a_link_is_impossible(admin: Visitor) -> None:
    assert admin.open("/sign-out").status_code == 405
    assert admin.open("/accounts").status_code == 200


def test_who_is_inside_needs_no_door(admin: Visitor) -> None:
    assert admin.open("/sign-in?next=/accounts").location == "/accounts"


@pytest.mark.usefixtures("anna")
def test_the_door_leads_back_to_the_page_that_was_asked_for(visitor: Visitor) -> None:
    asked = visitor.open("/accounts?page=2")

    assert asked.status_code == 303
    assert asked.location == "/sign-in?next=/accounts?page%3D2"
    assert "сеанс закончился" in shown(visitor.open(asked.location))
    assert door(visitor, path=asked.location).location == "/accounts?page=2"


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/accounts",
        "//evil.example/accounts",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        "http:/accounts",
        "http:///evil.example",
        "javascript:alert(1)",
        "accounts",
        "http://localhost@evil.example/",
        "http://[",
        "",
    ],
)
def test_the_door_never_leads_out_of_mailroom(visitor: Visitor, target: str) -> None:
    answer = door(visitor, path=f"/sign-in?next={quote(target)}")

    assert answer.status_code == 303
    assert answer.location in ("/", "/%09/evil.example")


@pytest.mark.usefixtures("anna")
def test_a_fresh_session_is_made_at_the_door(visitor: Visitor) -> None:
    with visitor.browser.session_transaction() as session:
        session.update({"left over": "by somebody before", "language": "en"})
    visitor.open("/sign-in")
    before = visitor.browser.get_cookie("mailroom")
    door(visitor)
    after = visitor.browser.get_cookie("mailroom")

    assert before is not None
    assert after is not None
    assert before.value != after.value
    with visitor.browser.session_transaction() as session:
        assert "left over" not in session
        assert session["language"] == "en"
    assert after.http_only
    assert after.same_site == "Lax"


@pytest.mark.usefixtures("anna")
def test_a_request_still_under_way_cannot_bring_a_closed_session_back(visitor: Visitor) -> None:
    door(visitor)
    visitor.open("/accounts")

    for path in ("/accounts", "/static/icon.svg", "/healthz"):
        assert "Set-Cookie" not in visitor.open(path).headers, path


@pytest.mark.usefixtures("anna")
def test_a_token_of_an_earlier_session_costs_one_more_press_and_nothing_typed(visitor: Visitor) -> None:
    answer = visitor.browser.post(
        "/sign-in", data={"csrf_token": "stale", "name": "anna", "password": PASSWORD}, headers=visitor.headers
    )

    assert answer.status_code == 422
    assert 'value="anna"' in answer.text
    assert "сеанс обновился" in shown(answer)
    assert door(visitor).status_code == 303


@pytest.mark.usefixtures("anna")
def test_the_door_speaks_english_too(app: Flask) -> None:
    answer = door(Visitor(app, "en-GB,en;q=0.8"), password="wrong")

    assert "This name and password do not match." in shown(answer)
    assert '<html lang="en"' in answer.text
    assert "<title>Error: Sign in" in answer.text
