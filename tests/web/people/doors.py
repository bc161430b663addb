"""Going through the door, for the tests of what happens there."""

from collections.abc import Mapping

from werkzeug.test import TestResponse

from tests.web.visitor import PASSWORD, Visitor


def door(
    visitor: Visitor,
    name: str = "anna",
    password: str = PASSWORD,
    path: str = "/sign-in",
    *,
    headers: Mapping[str, str] = {},
) -> TestResponse:
    """Try to sign in."""
    return visitor.send(path, {"name": name, "password": password}, headers=headers)
