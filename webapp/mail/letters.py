"""The letters Mailroom writes itself, as bytes ready for SMTP."""

import secrets
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from webapp.mail.addresses import addr_spec
from webapp.mail.headers import AsWritten, encoded_words, mailbox

MARKER = "X-Mailroom-Trial"  # ours, so that a person or a filter can tell these letters apart


@dataclass(frozen=True)
class Wording:
    """The words of a trial letter in one language."""

    subject: str
    body: str


WORDINGS = {
    "ru": Wording(
        "Mailroom: пробное сообщение",
        "Здравствуйте!\n\n"
        "Это пробное сообщение: Mailroom проверяет, что почта для адреса {address} отправляется и приходит.\n"
        "Отвечать не нужно. Как только письмо дойдёт, Mailroom удалит его само;\n"
        "если вы его видите, его можно спокойно удалить.\n",
    ),
    "en": Wording(
        "Mailroom: test message",
        "Hello,\n\n"
        "This is a test message: Mailroom is checking that mail for {address} can be sent and received.\n"
        "No answer is needed. Mailroom removes this message as soon as it arrives;\n"
        "if you see it, you can safely delete it.\n",
    ),
}


@dataclass(frozen=True)
class TrialLetter:
    """A letter to the account's own address and the Message-ID to find it by (with its angle brackets)."""

    message_id: str
    data: bytes = field(repr=False)


def trial_letter(address: str, sender_name: str, language: str) -> TrialLetter:
    """Write the letter that proves sending and receiving, from an address to itself."""
    written = addr_spec(address)
    message_id = f"<trial.{secrets.token_hex(16)}@{written.rpartition('@')[2]}>"
    wording = WORDINGS.get(language, WORDINGS["en"])
    letter = EmailMessage(AsWritten(linesep="\r\n", utf8=not written.isascii()))
    letter["From"] = mailbox(sender_name, written)
    letter["To"] = written
    letter["Subject"] = encoded_words(wording.subject)
    letter["Date"] = format_datetime(localtime())
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers it
    letter["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    letter[MARKER] = "yes"
    # base64 and not 8bit: the letter passes servers without 8BITMIME as it is.
    letter.set_content(wording.body.format(address=address), cte="base64")
    return TrialLetter(message_id, letter.as_bytes())
