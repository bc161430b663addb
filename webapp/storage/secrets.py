"""Encrypts secrets for the database and ties each to the place it belongs to."""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from webapp.mail.settings import Credentials, ServerSettings


class KeyInvalid(ValueError):
    """A mail key is not a key."""


class SecretUnreadable(Exception):
    """A stored secret does not open: the key is another one, or the row was changed."""


class SecretBox:
    """Locks with the first key and opens with any, so that keys can be rotated (DESIGN 5.5)."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        if not keys:
            raise KeyInvalid("at least one mail key is needed")
        try:
            self._fernets = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise KeyInvalid(
                "a mail key must be 32 bytes in URL-safe base64 (make one with SecretBox.new_key)"
            ) from error

    def __repr__(self) -> str:
        return "SecretBox(…)"

    @staticmethod
    def new_key() -> str:
        """Return a fresh key."""
        return Fernet.generate_key().decode()

    def encrypt(self, secret: str, belongs_to: str) -> str:
        """Return ciphertext that opens only for the same `belongs_to`."""
        return self._fernets.encrypt(json.dumps([belongs_to, secret]).encode()).decode()

    def decrypt(self, ciphertext: str, belongs_to: str) -> str:
        """Return the secret; raise `SecretUnreadable` when key or place are not the right ones."""
        try:
            place, secret = json.loads(self._fernets.decrypt(ciphertext.encode()))
        except InvalidToken:
            raise SecretUnreadable("the mail keys do not open this secret; were MAILROOM_MAIL_KEYS changed?") from None
        if place != belongs_to:
            raise SecretUnreadable("the secret belongs to another server")
        return str(secret)

    def encrypt_credentials(self, credentials: Credentials, belongs_to: str) -> str:
        """Return the ciphertext of both secrets of an account."""
        return self.encrypt(json.dumps([credentials.incoming, credentials.outgoing]), belongs_to)

    def decrypt_credentials(self, ciphertext: str, belongs_to: str) -> Credentials:
        """Return both secrets of an account."""
        return Credentials(*json.loads(self.decrypt(ciphertext, belongs_to)))


def place_of(settings: ServerSettings) -> str:
    """Return what a server's secret is glued to: move any of it, and the secret no longer opens (DESIGN 5.3)."""
    return f"{settings.protocol}|{settings.security}|{settings.host}|{settings.port}|{settings.username}"
