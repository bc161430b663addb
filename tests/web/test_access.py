"""Who may open what, for every address of the application; how an ended session is met."""

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from tests.web.visitor import Visitor, shown
from webapp.storage.base import Base
from webapp.web.access import safe_path
from webapp.web.extensions import db

# Everything a person may open before signing in; a new entry needs a reason.
PUBLIC = {
    "home.index",  # leads to the right place
    "home.healthz",  # asked by service managers
    "language.choose",  # the door speaks two languages
    "setup.first_administrator",  # opened by a one-time link
    "setup.reset_password",  # opened by a one-time link
    "sign_in.enter",  # the door
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def addresses(app: Flask) -> list[tuple[str, str, set[str]]]:
    """Return endpoint, an example path and the methods of every route."""
    found = []
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        values = {name: 1 if isinstance(kind, IntegerConverter) else "x" for name, kind in rule._converters.items()}
        found.append((rule.endpoint, urls.build(rule.endpoint, values), set(rule.methods or ())))
    return found


def test_only_the_door_and_what_leads_to_it_is_public(app: Flask) -> None:
    public = {endpoint for endpoint, _, _ in addresses(app) if getattr(app.view_functions[endpoint], "public", False)}

    assert public == PUBLIC


@pytest.mark.usefixtures("admin")
def test_whoever_has_not_signed_in_sees_nothing_behind_the_door(app: Flask, visitor: Visitor) -> None:
    token = visitor.token("/sign-in")
    for endpoint, path, methods in addresses(app):
        if endpoint in PUBLIC:
            continue
        if "GET" in methods:
            answer = visitor.open(path)
            assert (answer.status_code, answer.location) == (303, f"/sign-in?next={path}"), path
        for method in methods - {"GET", "HEAD", "OPTIONS"}:
            answer = visitor.browser.open(path, method=method, data={"csrf_token": token}, headers=visitor.headers)
            assert answer.status_code == 401, f"{method} {path}"
            assert "Сеанс закончился" in shown(answer)


def test_a_wrong_method_is_refused_everywhere(app: Flask, admin: Visitor) -> None:
    token = admin.token("/accounts")
    for _, path, methods in addresses(app):
        allowed = {method for _, other, more in addresses(app) if other == path for method in more} | methods
        for method in set(METHODS) - allowed:
            answer = admin.browser.open(path, method=method, data={"csrf_token": token}, headers=admin.headers)
            assert answer.status_code == 405, f"{method} {path}"
            assert answer.headers["Allow"]


def test_no_change_happens_without_its_token(app: Flask, admin: Visitor) -> None:
    before = rows(app)
    for endpoint, path, methods in addresses(app):
        if "POST" not in methods or endpoint == "sign_in.enter":  # who is inside is led away from the door
            continue
        answer = admin.browser.post(path, headers=admin.headers)
        # 422 where the form itself says so, 404 where there is no such thing to change; the system account, number 1,
        # is led to its set-up (303) before anything is asked, and can be neither removed nor handed over (403).
        assert answer.status_code in (303, 400, 403, 404, 422), path

    assert rows(app) == before


def rows(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Return the whole database."""
    with app.app_context():
        return {
            table.name: [tuple(row) for row in db.session.execute(table.select())]
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.usefixtures("admin")
def test_a_poll_of_an_ended_session_sends_the_browser_to_the_door_and_back(visitor: Visitor) -> None:
    answer = visitor.open(
        "/accounts", {"HX-Request": "true", "HX-Current-URL": "http://localhost/accounts?page=2", "HX-Target": "run"}
    )

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/accounts?page%3D2"
    assert answer.text == ""


@pytest.mark.usefixtures("admin")
def test_a_poll_cannot_name_a_page_elsewhere_to_come_back_to(visitor: Visitor) -> None:
    answer = visitor.open("/accounts", {"HX-Request": "true", "HX-Current-URL": "https://evil.example/accounts"})

    assert answer.headers["HX-Redirect"] == "/sign-in?next=/"


@pytest.mark.usefixtures("admin")
def test_a_link_followed_by_htmx_comes_back_to_where_it_led(visitor: Visitor) -> None:
    answer = visitor.open(
        "/accounts", {"HX-Request": "true", "HX-Boosted": "true", "HX-Current-URL": "http://localhost/elsewhere"}
    )

    assert answer.headers["HX-Redirect"] == "/sign-in?next=/accounts"


@pytest.mark.usefixtures("admin")
def test_a_form_of_an_ended_session_stays_on_the_page_under_a_notice(visitor: Visitor) -> None:
    answer = visitor.browser.post("/sign-out", headers={**visitor.headers, "HX-Request": "true", "HX-Boosted": "true"})

    assert answer.status_code == 401
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reselect"]) == ("#session", "#session")
    assert answer.headers["HX-Push-Url"] == "false"
    assert 'id="session"' in answer.text


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/accounts", "/accounts"),
        ("/accounts?page=2&sort=title#x", "/accounts?page=2&sort=title"),
        ("http://localhost/accounts", "/accounts"),
        ("https://localhost/accounts", None),
        ("http://localhost:81/accounts", None),
        ("http://localhost.evil.example/", None),
        ("//localhost/accounts", None),
        ("///evil.example", "/evil.example"),
        ("http://localhost//evil.example", None),
        ("/accounts\r\nSet-Cookie: x=y", None),
        ("data:text/html,x", None),
        ("", None),
    ],
)
def test_only_a_path_of_mailroom_is_safe_to_go_to(app: Flask, target: str, path: str | None) -> None:
    with app.test_request_context(base_url="http://localhost"):
        assert safe_path(target) == path
