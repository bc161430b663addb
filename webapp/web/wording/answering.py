"""What Mailroom itself writes into an answer: who wrote when, and what the header of a forwarded letter said."""

from datetime import datetime

from flask_babel import format_datetime, gettext

from webapp.mail.messages.quoting import Original
from webapp.mail.messages.recipients import Mailbox
from webapp.web.moments import local
from webapp.web.wording.names import readable_address


def attribution(original: Original) -> str:
    """Return the line above what is quoted, in the reader's language and zone."""
    name = _person(original.sender) or gettext("somebody")
    if original.sent_at is None:
        return gettext("%(name)s wrote:", name=name)
    moment = _moment(original.sent_at)
    return gettext("%(moment)s, %(name)s wrote:", moment=moment, name=name)


def forward_heading() -> str:
    """Return the line above a letter that is handed on."""
    return gettext("-------- Forwarded letter --------")


def forward_lines(original: Original) -> list[tuple[str, str]]:
    """Return what the header of a letter says that is handed on."""
    moment = _moment(original.sent_at) if original.sent_at else ""
    return [
        (gettext("From"), _person(original.sender)),
        (gettext("Date"), moment),
        (gettext("To"), ", ".join(_person(one) for one in original.to)),
        (gettext("Cc"), ", ".join(_person(one) for one in original.cc)),
        (gettext("Subject"), original.subject),
    ]


def _moment(moment: datetime) -> str:
    """Return a moment as people write it: nobody needs its seconds."""
    return str(format_datetime(local(moment), "d MMMM yyyy, HH:mm", rebase=False))


def _person(mailbox: Mailbox) -> str:
    address = readable_address(mailbox.address) if mailbox.address else ""
    return f"{mailbox.name} <{address}>" if mailbox.name and address else mailbox.name or address
