"""The POP3 conversation (RFC 1939, RFC 2449, RFC 2595, RFC 5034)."""

from webapp.mail.session import MailSession


class Pop3Session(MailSession):
    """A POP3 conversation; the mailbox is a snapshot taken at login, new letters need a new session."""

    async def count(self) -> int:
        """Return the number of letters."""
        raise NotImplementedError

    async def find(self, message_id: str) -> tuple[int, ...]:
        """Return the numbers of the letters with this Message-ID among the newest ones."""
        raise NotImplementedError

    async def delete(self, numbers: tuple[int, ...]) -> bool:
        """Mark letters as deleted; they go when the session is left by `quit`."""
        raise NotImplementedError
