"""The language of a page: the person's choice, the session's, the browser's, in that order."""

import pytest
from flask import Flask

from tests.web.visitor import Visitor
from webapp.storage.models import User
from webapp.web.extensions import db


def language_of(visitor: Visitor, path: str = "/sign-in") -> str:
    page = visitor.open(path).text
    return page.split('<html lang="')[1][:2]


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.5", "ru"),
        ("en-GB,en;q=0.9,ru;q=0.5", "en"),
        ("de-DE,de;q=0.9,en;q=0.3", "en"),
        ("de-DE,de;q=0.9", "ru"),
        ("", "ru"),
        ("*", "ru"),
    ],
)
def test_the_browser_decides_at_first(app: Flask, header: str, language: str) -> None:
    assert language_of(Visitor(app, header)) == language


@pytest.mark.usefixtures("admin")
def test_a_visitor_can_switch_and_comes_back_to_the_same_page(visitor: Visitor) -> None:
    page = "/sign-in?next=/accounts"
    answer = visitor.send("/language", {"language": "en"}, page=page, headers={"Referer": f"http://localhost{page}"})

    assert (answer.status_code, answer.location) == (303, page)
    assert language_of(visitor) == "en"


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("referrer", ["https://evil.example/sign-in", "", "nonsense"])
def test_a_switch_never_leads_out_of_mailroom(visitor: Visitor, referrer: str) -> None:
    answer = visitor.send("/language", {"language": "en"}, page="/sign-in", headers={"Referer": referrer})

    assert answer.location == "/"


def test_a_persons_choice_is_kept_with_the_person(app: Flask, admin: Visitor) -> None:
    admin.send("/language", {"language": "en"}, page="/accounts")

    with app.app_context():
        assert db.session.get(User, admin.user_id).language == "en"  # type: ignore[union-attr]
    assert language_of(admin, "/accounts") == "en"


def test_a_choice_made_at_the_door_outlives_signing_out(admin: Visitor) -> None:
    admin.send("/language", {"language": "en"}, page="/accounts")
    admin.send("/sign-out", page="/accounts")

    assert language_of(admin) == "en"


def test_a_language_there_is_not_changes_nothing(admin: Visitor) -> None:
    assert admin.send("/language", {"language": "de"}, page="/accounts").status_code == 400
    assert language_of(admin, "/accounts") == "ru"


def test_switching_is_a_form_not_a_link(admin: Visitor) -> None:
    assert admin.open("/language").status_code == 405
