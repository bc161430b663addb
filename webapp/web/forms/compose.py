"""The form a letter is written in."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from webapp.mail.messages.fields import LONGEST_SUBJECT
from webapp.storage.base import new_token
from webapp.storage.models import Account
from webapp.storage.writing import Content
from webapp.web.forms.parts import stripped
from webapp.web.forms.versions import Versioned
from webapp.web.wording.names import readable_address

LIST_LIMIT = 20_000
BODY_LIMIT = 500_000
KEY_LENGTH = 22
LIST_FITS = Length(
    max=LIST_LIMIT,
    message=_("The addresses can have at most %(limit)s characters together.", limit=LIST_LIMIT),
)


def with_line_feeds(text: str | None) -> str | None:
    """Return a text with the line ends it is stored with: forms send CRLF (HTML, 4.10.21.4)."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if text else text


def as_one_line(text: str | None) -> str | None:
    """Return a text without line ends and other characters no header can have: each is a blank."""
    return "".join(character if character.isprintable() else " " for character in text) if text else text


class ComposeForm(Versioned, FlaskForm):
    """A letter as it is typed. `key` is its id before it is stored, `page` the open page it is typed in.

    `signed_as` is the account whose signature the text has.
    """

    key = HiddenField()
    page = HiddenField()
    signed_as = HiddenField()
    account_id = SelectField(_("From"), coerce=int, validate_choice=False)
    to = TextAreaField(_("To"), filters=[stripped], validators=[LIST_FITS])
    cc = TextAreaField(_("Cc"), filters=[stripped], validators=[LIST_FITS])
    bcc = TextAreaField(_("Bcc"), filters=[stripped], validators=[LIST_FITS])
    subject = StringField(
        _("Subject"),
        filters=[as_one_line, stripped],
        validators=[
            Length(
                max=LONGEST_SUBJECT,
                message=_("A subject can have at most %(limit)s characters.", limit=LONGEST_SUBJECT),
            )
        ],
    )
    body = TextAreaField(
        _("Text"),
        filters=[with_line_feeds],
        validators=[
            Length(
                max=BODY_LIMIT,
                message=_("A text can have at most %(limit)s characters; attach what is longer.", limit=BODY_LIMIT),
            )
        ],
    )
    files = MultipleFileField(_("Attach files"))

    def __init__(self, accounts: Iterable[Account], **values: Any) -> None:
        super().__init__(**values)
        self.account_id.choices = [(account.id, sender_words(account)) for account in accounts]

    def validate_account_id(self, field: SelectField) -> None:
        """Refuse an account that cannot be chosen, in words about accounts."""
        if field.data not in [value for value, *_rest in field.choices or ()]:
            raise ValidationError(_("You cannot send letters with this account any more. Choose another one."))

    @property
    def content(self) -> Content:
        """Return what was typed."""
        return Content(
            self.account_id.data,
            to=self.to.data or "",
            cc=self.cc.data or "",
            bcc=self.bcc.data or "",
            subject=self.subject.data or "",
            body=self.body.data or "",
            page=(self.page.data or new_token())[:KEY_LENGTH],
        )

    @property
    def signature_of(self) -> int:
        """Return the account whose signature the text has; 0, which none is, where nothing sensible was sent."""
        typed = str(self.signed_as.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def sender_words(account: Account) -> str:
    """Return an account as a sender: the name recipients see, and the address."""
    address = readable_address(account.address)
    return f"{account.sender_name} <{address}>" if account.sender_name else address
