"""Signed-in browsers: how long a session lives, what ends it, and what a copied cookie is worth then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, event, select

from tests.web.people.doors import door
from tests.web.visitor import Visitor
from webapp.storage.base import utc_now
from webapp.storage.browser_sessions import LIFETIME
from webapp.storage.models import BrowserSession
from webapp.web.extensions import db


def test_a_session_in_use_is_renewed_once_a_day(app: Flask, admin: Visitor) -> None:
    admin.open("/profile")  # brings the token of the forms into the cookie
    fresh = admin.open("/profile")
    with app.app_context():
        db.session.scalars(select(BrowserSession)).one().expires_at = utc_now() + LIFETIME - timedelta(hours=25)
        db.session.commit()

    assert "Set-Cookie" not in fresh.headers
    assert "Set-Cookie" not in admin.open("/profile", {"HX-Request": "true"}).headers, "a poll"
    assert "Set-Cookie" in admin.open("/profile", {"HX-Request": "true", "HX-Boosted": "true"}).headers
    assert "Set-Cookie" not in admin.open("/profile").headers
    with app.app_context():
        assert db.session.scalars(select(BrowserSession)).one().expires_at > utc_now() + LIFETIME - timedelta(hours=1)


def test_a_session_closed_elsewhere_while_it_is_renewed_breaks_nothing(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        db.session.scalars(select(BrowserSession)).one().expires_at = utc_now() + LIFETIME - timedelta(hours=25)
        db.session.commit()
        engine = db.engine

    def close(connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("UPDATE browser_sessions"):
            connection.exec_driver_sql("DELETE FROM browser_sessions")

    event.listen(engine, "before_cursor_execute", close)
    try:
        assert admin.open("/profile").status_code < 500
    finally:
        event.remove(engine, "before_cursor_execute", close)


def test_an_expired_session_opens_nothing_whatever_the_cookie_says(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        db.session.scalars(select(BrowserSession)).one().expires_at = utc_now() - timedelta(seconds=1)
        db.session.commit()

    assert admin.open("/accounts").location == "/sign-in?next=/accounts"


def test_a_copied_cookie_dies_with_the_signing_out(app: Flask, admin: Visitor) -> None:
    cookie = admin.browser.get_cookie("mailroom")
    assert cookie is not None
    thief = Visitor(app)
    thief.browser.set_cookie("mailroom", cookie.value)
    before = thief.open("/accounts").status_code

    admin.send("/sign-out", page="/accounts")

    assert before == 200
    assert thief.open("/accounts").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(BrowserSession)).all() == []


def test_the_database_does_not_know_the_keys_of_the_cookies(app: Flask, admin: Visitor) -> None:
    with admin.browser.session_transaction() as cookie:
        key = cookie["_user_id"]
    with app.app_context():
        (row,) = db.session.scalars(select(BrowserSession))

        assert key not in row.key_hash
        assert len(row.key_hash) == 64


@pytest.mark.usefixtures("anna")
def test_signing_in_twice_opens_two_sessions_and_signing_out_ends_one(app: Flask, visitor: Visitor) -> None:
    other = Visitor(app)
    door(visitor)
    door(other)

    other.send("/sign-out", page="/accounts")

    assert visitor.open("/accounts").status_code == 200
    assert other.open("/accounts").status_code == 303


def test_a_page_asks_for_session_and_person_in_one_question(app: Flask, admin: Visitor) -> None:
    admin.open("/profile")

    with queries(app) as asked:
        admin.open("/profile")

    about_people = [sql for sql in asked if "browser_sessions" in sql or "FROM users" in sql]
    assert len(about_people) == 1


@contextmanager
def queries(app: Flask) -> Iterator[list[str]]:
    """Collect the statements the application sends to its database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
