"""The SMTP conversation (RFC 5321, RFC 4954, RFC 3207, RFC 2034)."""

from collections.abc import Callable

from webapp.mail.session import MailSession


class SmtpSession(MailSession):
    """An SMTP submission conversation."""

    async def send(self, sender: str, recipient: str, letter: bytes, on_handed_over: Callable[[], None]) -> None:
        """Hand one letter over; `on_handed_over` is called when it may arrive from now on, even if we are stopped.

        Raises SENDER_REFUSED, RECIPIENT_REFUSED or LETTER_REFUSED with the server's words.
        """
        raise NotImplementedError
