"""The cookie of somebody who has signed in, as the server under test would have set it."""

from typing import TYPE_CHECKING

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from tests.browser.served import Served
from webapp.instance import SESSION_KEY

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam  # its public face leaves it out


def signed_cookie(server: Served, key: str) -> "SetCookieParam":
    """Return the cookie that carries the key of a browser session."""
    signing = Flask("signing")
    signing.secret_key = (server.instance / SESSION_KEY).read_text().strip()
    serializer = SecureCookieSessionInterface().get_signing_serializer(signing)
    assert serializer is not None
    value = serializer.dumps({"_user_id": key, "_fresh": True, "_permanent": True})
    return {"name": "mailroom", "value": str(value), "url": server.address, "httpOnly": True, "sameSite": "Lax"}
