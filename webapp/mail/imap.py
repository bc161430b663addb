"""The IMAP conversation (RFC 3501, RFC 9051)."""

from webapp.mail.session import MailSession


class ImapSession(MailSession):
    """An IMAP conversation."""

    async def special_folder(self, attribute: str) -> str | None:
        r"""Return the name of the folder marked with a special use such as `\Junk`, or one known by that name."""
        raise NotImplementedError

    async def select(self, folder: str) -> None:
        """Open a folder; raises FOLDER_REFUSED."""
        raise NotImplementedError

    async def find(self, message_id: str) -> tuple[int, ...]:
        """Return the UIDs of the letters with this Message-ID in the open folder."""
        raise NotImplementedError

    async def delete(self, uids: tuple[int, ...]) -> bool:
        """Remove letters from the open folder; False if they could only be marked as deleted."""
        raise NotImplementedError
