"""Write a letter as bytes for SMTP (RFC 5322, MIME). Pure: who is written to and when is the caller's."""

import secrets
from base64 import encodebytes
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import chain

from webapp.mail.addresses import addr_spec
from webapp.mail.headers import AsWritten, mailbox
from webapp.mail.messages import fields
from webapp.mail.messages.fields import one_line
from webapp.mail.messages.file_names import safe_name
from webapp.mail.messages.recipients import Mailbox

NOBODY_NAMED = "undisclosed-recipients:;"
LONGEST_PLAIN_LINE = 998  # octets without the line's end (RFC 5322, 2.1.1)
UNKNOWN_TYPE = "application/octet-stream"
KEPT_WHOLE = ("message", "multipart")  # base64 is forbidden inside these (RFC 2046, 5.2.1), so they travel as files


@dataclass(frozen=True)
class Attachment:
    """One file of a letter."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Composition:
    """A letter before it is written down. Whom it is for in secret is no part of it: that is the envelope's.

    `sent_at` is in the zone its Date is to tell; `automatic`: the program writes, nobody is to answer (RFC 3834).
    """

    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    text: str = field(repr=False)
    sent_at: datetime
    message_id: str
    cc: tuple[Mailbox, ...] = ()
    reply_to: str | None = None
    in_reply_to: str = ""
    references: str = ""
    automatic: bool = False


def new_message_id(address: str) -> str:
    """Return a Message-ID nobody ever had, of the sender's domain."""
    return f"<{secrets.token_hex(16)}@{addr_spec(address).rpartition('@')[2]}>"


def compose(letter: Composition, attachments: Iterable[Attachment] = ()) -> bytes:
    """Return the letter with CRLF line ends, in 7-bit lines of at most 998 octets.

    Only an address whose local part is not ASCII makes the header UTF-8; such a
    letter needs SMTPUTF8 (RFC 6531). The text is plain and not flowed: its lines
    are those that were typed, and whoever reads it wraps them. It travels as
    it is or as quoted-printable or base64, whatever is shorter, so that no server
    needs 8BITMIME. Files are encoded one after another: only one is in memory twice.
    """
    files = iter(attachments)
    first = next(files, None)
    if first is None:
        return _message(letter, letter.text).as_bytes()
    boundary = f"=_{secrets.token_hex(16)}"
    delimiter = f"\r\n--{boundary}\r\n".encode()
    top = _message(letter, None)
    top["Content-Type"] = f'multipart/mixed; boundary="{boundary}"'
    top.set_payload("")
    text = _text(EmailMessage(AsWritten(linesep="\r\n")), letter.text)
    del text["MIME-Version"]
    pieces = [top.as_bytes(), delimiter[2:], text.as_bytes().removesuffix(b"\r\n")]
    for number, attachment in enumerate(chain((first,), files), 1):
        pieces += [delimiter, _file(number, attachment)]
    pieces.append(f"\r\n--{boundary}--\r\n".encode())
    return b"".join(pieces)


def _message(letter: Composition, text: str | None) -> EmailMessage:
    sender = addr_spec(letter.sender.address)
    message = EmailMessage(AsWritten(linesep="\r\n"))
    message["From"] = mailbox(one_line(letter.sender.name), sender)
    if letter.reply_to and letter.reply_to != letter.sender.address:
        message["Reply-To"] = addr_spec(letter.reply_to)
    if letter.to or not letter.cc:
        message["To"] = fields.mailboxes(letter.to) or NOBODY_NAMED
    if letter.cc:
        message["Cc"] = fields.mailboxes(letter.cc)
    message["Subject"] = fields.unstructured(letter.subject)
    message["Date"] = format_datetime(letter.sent_at)
    message["Message-ID"] = letter.message_id
    for name, ids in (("In-Reply-To", letter.in_reply_to), ("References", letter.references)):
        if fields.message_ids(ids):
            message[name] = fields.references(ids)
    if letter.automatic:
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    message["MIME-Version"] = "1.0"
    return message if text is None else _text(message, text)


def _text(message: EmailMessage, text: str) -> EmailMessage:
    lines = "".join(character for character in _unix(text) if character >= " " or character in "\n\t")
    data = lines.encode("utf-8", "replace").decode()  # no half characters
    if data and not data.endswith("\n"):
        data += "\n"
    message.set_content(data, cte=_transfer_encoding(data))
    return message


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _transfer_encoding(text: str) -> str:
    if text.isascii() and all(len(line) <= LONGEST_PLAIN_LINE for line in text.split("\n")):
        return "7bit"
    octets = text.encode()
    other = sum(octet > 126 for octet in octets)
    return "base64" if 3 * other > len(octets) else "quoted-printable"


def _file(number: int, attachment: Attachment) -> bytes:
    """Return one part; its name stands in the way of the standard and, for old programs, in the one they know."""
    name = safe_name(attachment.name, attachment.content_type, str(number))
    maintype, _, subtype = attachment.content_type.lower().partition("/")
    known = fields.TOKEN.fullmatch(maintype) and fields.CONTENT_SUBTYPE.fullmatch(subtype)
    content_type = f"{maintype}/{subtype}" if known and maintype not in KEPT_WHOLE else UNKNOWN_TYPE
    part = EmailMessage(AsWritten(linesep="\r\n"))
    part["Content-Type"] = content_type + fields.old_parameter("name", name)
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = "attachment" + fields.parameter("filename", name)
    part.set_payload("")
    return part.as_bytes() + encodebytes(attachment.data).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
