"""What every answer carries, and which requests are refused before anything looks at them."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask, request

from tests.web.visitor import Visitor, shown
from webapp import create_app
from webapp.instance import open_instance
from webapp.settings import load

ROOT = Path(__file__).parent.parent.parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/", "/accounts", "/sign-in", "/nowhere", "/setup/x", "/healthz", "/static/icon.svg"])
def test_every_answer_has_the_headers(admin: Visitor, path: str) -> None:
    headers = admin.open(path).headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-DNS-Prefetch-Control"] == "off"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", ["/", "/accounts", "/sign-in", "/nowhere", "/setup/x"])
def test_pages_are_never_kept_by_anybody(admin: Visitor, path: str) -> None:
    assert admin.open(path).headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_a_year_by_their_version_and_not_without(admin: Visitor) -> None:
    page = admin.open("/accounts").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)

    assert len(addresses) > 5
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address), address
        answer = admin.open(address)
        assert answer.status_code == 200, address
        assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert admin.open("/static/css/base.css").headers["Cache-Control"] == "no-cache"


def test_below_a_path_of_a_proxy_static_files_are_called_for_there(admin: Visitor) -> None:
    for root in ("", "/post", ""):
        page = admin.browser.get("/profile", environ_overrides={"SCRIPT_NAME": root}).text
        addresses = re.findall(r'(?:href|src)="([^"]*/static/[^"]+)"', page)

        assert len(addresses) > 20
        assert all(address.startswith(f"{root}/static/") and "?v=" in address for address in addresses)


def test_htmx_is_the_file_its_integrity_value_says(admin: Visitor) -> None:
    digest = hashlib.sha384((ROOT / "static/vendor/htmx.min.js").read_bytes()).digest()
    value = f"sha384-{base64.b64encode(digest).decode()}"

    assert value == "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
    assert f'integrity="{value}"' in admin.open("/accounts").text


def test_no_page_asks_another_host_for_anything(admin: Visitor) -> None:
    for path in ("/accounts", "/accounts/new", "/nowhere"):
        assert re.findall(r'(?:src|href|action)="(?!/|#|\?|")[^"]*"', admin.open(path).text) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_a_form_on_another_site_changes_nothing_even_with_a_token(admin: Visitor, headers: dict[str, str]) -> None:
    assert admin.send("/sign-out", page="/accounts", headers=headers).status_code == 403
    assert admin.open("/accounts").status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://evil.example", 403), ("null", 403), ("http://localhost:81", 403), ("http://localhost", 303)],
)
def test_an_older_browser_is_asked_for_the_origin(admin: Visitor, origin: str, status: int) -> None:
    token = admin.token("/accounts")
    answer = admin.browser.post("/sign-out", data={"csrf_token": token}, headers={"Origin": origin})

    assert answer.status_code == status


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_a_form_without_its_token_changes_nothing(admin: Visitor, token: str | None) -> None:
    fields = {} if token is None else {"csrf_token": token}
    answer = admin.browser.post("/sign-out", data=fields, headers=admin.headers)

    assert answer.status_code == 400
    assert "открыта слишком долго" in shown(answer)
    assert admin.open("/accounts").status_code == 200


def test_a_token_of_somebody_else_changes_nothing(admin: Visitor, colleague: Visitor) -> None:
    token = colleague.token("/accounts")

    assert admin.browser.post("/sign-out", data={"csrf_token": token}, headers=admin.headers).status_code == 400


def application(tmp_path: Path, **settings: str) -> Flask:
    return create_app(open_instance(load({"MAILROOM_INSTANCE": str(tmp_path / "other"), **settings})))


def test_with_an_https_address_cookies_are_secure_and_other_hosts_are_refused(tmp_path: Path) -> None:
    app = application(tmp_path, MAILROOM_PUBLIC_URL="https://mail.example.org")
    browser = app.test_client()

    answer = browser.get("/language", base_url="https://mail.example.org")
    assert answer.status_code == 405
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-mailroom"
    for host in ("https://evil.example", "https://mail.example.org:8443", "http://127.0.0.1:8000"):
        assert browser.get("/language", base_url=host).status_code == 400
    assert browser.get("/healthz", base_url="http://127.0.0.1:8000").status_code == 200


def test_forwarded_headers_are_believed_only_of_trusted_proxies(tmp_path: Path) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7", "X-Forwarded-Proto": "https"}
    seen = []
    for proxies in ("0", "1"):
        app = application(tmp_path, MAILROOM_TRUSTED_PROXIES=proxies)
        with app.test_client() as browser:
            browser.get("/healthz", headers=forwarded)
            seen.append((request.remote_addr, request.scheme))

    assert seen == [("127.0.0.1", "http"), ("192.0.2.7", "https")]


def test_the_sign_of_life_says_nothing_else(visitor: Visitor) -> None:
    answer = visitor.open("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers
