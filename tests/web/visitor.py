"""A person with a browser, for tests of views: opens pages, sends forms with their token, reads what is shown."""

import html
import re
from collections.abc import Mapping

from flask import Flask
from werkzeug.test import TestResponse

from webapp.storage.users import create_user
from webapp.web.extensions import db

PASSWORD = "right horse, left stable"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """One browser with its cookies; speaks Russian unless told otherwise."""

    def __init__(self, app: Flask, language: str = "ru") -> None:
        self.app = app
        self.browser = app.test_client()
        self.headers = {"Accept-Language": language, "Sec-Fetch-Site": "same-origin"}
        self.user_id = 0

    def who_is(self, name: str, display_name: str, *, is_admin: bool = False) -> "Visitor":
        """Become a person of the office and sign in."""
        with self.app.app_context():
            user = create_user(db.session(), name, display_name, PASSWORD, is_admin=is_admin)
            db.session.commit()
            self.user_id = user.id
        answer = self.send("/sign-in", {"name": name, "password": PASSWORD})
        assert answer.status_code == 303, shown(answer)
        return self

    def open(self, path: str, headers: Mapping[str, str] = {}) -> TestResponse:
        """Open a page."""
        return self.browser.get(path, headers={**self.headers, **headers})

    def token(self, path: str) -> str:
        """Return the CSRF token of the page's first form."""
        found = TOKEN.search(self.open(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def send(
        self, path: str, fields: Mapping[str, object] = {}, *, page: str | None = None, headers: Mapping[str, str] = {}
    ) -> TestResponse:
        """Send a form; `page` is the page it stands on if that is another one."""
        data = {"csrf_token": self.token(page or path), **fields}
        return self.browser.post(path, data=data, headers={**self.headers, **headers})


def shown(answer: TestResponse) -> str:
    """Return the text of a page as a reader sees it, on one line."""
    body = re.sub(r"(?s)<(head|script|svg)\b.*?</\1>", " ", answer.text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
