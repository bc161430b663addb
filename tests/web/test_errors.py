"""The pages for what goes wrong: in both languages, with a way out, telling nothing of the inside."""

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from tests.web.visitor import Visitor, shown
from webapp.web.extensions import db

LOUD = "password hunter2 in a row"


def ask_for(status: int) -> Callable[[Visitor], object]:
    """Return what a visitor does to get one status."""
    return {
        400: lambda visitor: visitor.send("/language", {"language": "xx"}, page="/accounts"),
        403: lambda visitor: visitor.browser.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"}),
        404: lambda visitor: visitor.open("/nowhere"),
        405: lambda visitor: visitor.open("/sign-out"),
        413: lambda visitor: visitor.browser.post("/sign-out", data={"x": "x" * 70_000}),
    }[status]


@pytest.mark.parametrize(
    ("status", "russian"),
    [
        (400, "На этот запрос нельзя ответить"),
        (403, "Это вам не разрешено"),
        (404, "Такой страницы нет"),
        (405, "Так этот адрес открыть нельзя"),
        (413, "Слишком много за один раз"),
    ],
)
def test_a_refusal_is_explained_and_leads_on(admin: Visitor, status: int, russian: str) -> None:
    answer = ask_for(status)(admin)

    assert answer.status_code == status  # type: ignore[attr-defined]
    page = shown(answer)  # type: ignore[arg-type]
    assert russian in page or "ru" not in admin.headers["Accept-Language"]
    assert "На главную" in page


def test_the_pages_exist_in_english(app: Flask) -> None:
    page = shown(Visitor(app, "en").open("/nowhere"))

    assert "There is no such page" in page
    assert "To the start page" in page


def test_a_host_no_name_can_have_is_refused_in_words_alone(app: Flask) -> None:
    answer = Visitor(app).open("/nowhere", {"Host": ".."})

    assert answer.status_code == 400
    assert "На этот запрос нельзя ответить" in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_part_of_a_page_that_fails_is_replaced_by_the_whole_explanation(admin: Visitor) -> None:
    answer = admin.open("/nowhere", {"HX-Request": "true"})

    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reselect"]) == ("#main", "#main")


def test_a_surprise_is_logged_and_answered_without_a_word_of_it(
    app: Flask, admin: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        db.session.execute(text("DROP TABLE users"))
        db.session.commit()

    with caplog.at_level(logging.ERROR):
        answer = admin.open("/accounts", {"X-Secret": LOUD})

    assert answer.status_code == 500
    assert "Что-то сломалось у нас" in shown(answer)
    assert "users" not in shown(answer)
    assert "no such table: users" in caplog.text
    assert LOUD not in caplog.text
    assert "parameters hidden" in caplog.text or "[parameters:" not in caplog.text
