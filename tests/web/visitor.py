"""A person with a browser, for tests of views: opens pages, sends forms with their token, reads what is shown."""

import html
import re
from collections.abc import Mapping

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from webapp.storage.browser_sessions import open_session
from webapp.storage.models import User
from webapp.storage.users import create_user
from webapp.web.extensions import db

PASSWORD = "right horse, left stable"
# Of PASSWORD, by argon2 at its least cost: tests sign in hundreds of times.
CHEAP_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """One browser with its cookies; speaks Russian and sits at this machine unless told otherwise."""

    def __init__(self, app: Flask, language: str = "ru", address: str = "127.0.0.1") -> None:
        self.app = app
        self.browser = app.test_client()
        self.browser.environ_base["REMOTE_ADDR"] = address
        self.headers = {"Accept-Language": language, "Sec-Fetch-Site": "same-origin"}
        self.user_id = 0

    def who_is(self, name: str, display_name: str, *, is_admin: bool = False) -> "Visitor":
        """Become a person of the office who has signed in; the door itself has its own tests."""
        with self.app.app_context():
            user = create_user(db.session(), name, display_name, is_admin=is_admin)
            user.password_hash = CHEAP_HASH
            db.session.commit()
            self.user_id = user.id
        return self.sign_in(self.user_id)

    def sign_in(self, user_id: int) -> "Visitor":
        """Open a session of its own for a person there is already, as a second browser would."""
        with self.app.app_context():
            session = db.session()
            _, key = open_session(session, session.get_one(User, user_id))
            session.commit()
        self.user_id = user_id
        with self.browser.session_transaction() as cookie:
            cookie.update({"_user_id": key, "_fresh": True})
        return self

    def open(self, path: str, headers: Mapping[str, str] = {}) -> TestResponse:
        """Open a page."""
        return self.browser.get(path, headers={**self.headers, **headers}, buffered=True)

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
        return self.browser.post(path, data=data, headers={**self.headers, **headers}, buffered=True)


def shown(answer: TestResponse) -> str:
    """Return the text of a page as a reader sees it, on one line."""
    body = re.sub(r"(?s)<(head|script|svg)\b.*?</\1>", " ", answer.text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body.replace("<wbr>", ""))).split())
