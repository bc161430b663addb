"""SASL mechanisms as pure steps: what to say first, what to answer. No I/O and no base64 here.

PLAIN (RFC 4616), LOGIN (draft-murchison-sasl-login), CRAM-MD5 (RFC 2195);
SCRAM is in `webapp.mail.scram`.
"""

import hmac
from collections.abc import Callable
from typing import Protocol as Shape

from webapp.mail.scram import SaslError, Scram


class Exchange(Shape):
    """One attempt of one mechanism. Holds a secret: never keep or print it."""

    def initial(self) -> bytes | None:
        """Return what the client says first, or None if the server begins."""

    def answer(self, challenge: bytes) -> bytes:
        """Return the answer to a challenge; raises SaslError for one that makes no sense."""

    @property
    def server_proved(self) -> bool:
        """Tell whether the server has shown what the mechanism demands of it before success may be believed."""


class Plain:
    """PLAIN: one message with name and password (RFC 4616)."""

    server_proved = True

    def __init__(self, username: str, secret: str) -> None:
        self._message = f"\0{username}\0{secret}".encode()

    def initial(self) -> bytes | None:
        return self._message

    def answer(self, challenge: bytes) -> bytes:
        raise SaslError


class Login:
    """LOGIN: the server asks for the name, then for the password.

    The prompts are not compared: servers write "Username:", "User Name" or
    anything else, the order is the same everywhere.
    """

    server_proved = True

    def __init__(self, username: str, secret: str) -> None:
        self._answers = [secret.encode(), username.encode()]

    def initial(self) -> bytes | None:
        return None

    def answer(self, challenge: bytes) -> bytes:
        if not self._answers:
            raise SaslError
        return self._answers.pop()


class CramMd5:
    """CRAM-MD5: a keyed digest of the server's challenge (RFC 2195)."""

    server_proved = True

    def __init__(self, username: str, secret: str) -> None:
        self._username = username.encode()
        self._secret: bytes | None = secret.encode()

    def initial(self) -> bytes | None:
        return None

    def answer(self, challenge: bytes) -> bytes:
        if self._secret is None:
            raise SaslError
        # MD5 is what the mechanism is defined with; its strength rests on HMAC, not on collisions.
        digest = hmac.new(self._secret, challenge, "md5").hexdigest()
        self._secret = None
        return self._username + b" " + digest.encode()


MECHANISMS: dict[str, Callable[[str, str], Exchange]] = {
    "PLAIN": Plain,
    "LOGIN": Login,
    "SCRAM-SHA-256": lambda username, secret: Scram("sha256", username, secret),
    "SCRAM-SHA-1": lambda username, secret: Scram("sha1", username, secret),
    "CRAM-MD5": CramMd5,
}
"""Every mechanism we can carry out, by its registered name."""
