"""The forms of an account's first section: what it is called, how it signs letters, which server it sends by."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from webapp.storage.models import Account
from webapp.web.forms.addresses import AddressFault, read_address
from webapp.web.forms.names import sender_field, title_field
from webapp.web.forms.parts import check_secret, stripped
from webapp.web.forms.settings_form import SettingsForm
from webapp.web.forms.versions import Versioned
from webapp.web.wording.names import readable_address

SIGNATURE_LIMIT = 4000


def with_plain_breaks(text: str | None) -> str | None:
    """Return a text of several lines as it is stored: forms send CRLF (HTML, 4.10.21.4)."""
    return text.replace("\r\n", "\n").rstrip() if text else text


class ProfileForm(Versioned, SettingsForm):
    """Names, address and signature; only the address is something a server sees."""

    title = title_field()
    sender_name = sender_field(_("Type the name your recipients will see."))
    address = StringField(_("Email address"), filters=[stripped])
    secret = PasswordField(_("Password"), validators=[check_secret])
    reply_to = StringField(_("Reply-to address"), filters=[stripped])
    signature = TextAreaField(
        _("Signature"),
        filters=[with_plain_breaks],
        validators=[
            Length(
                max=SIGNATURE_LIMIT,
                message=_("A signature can have at most %(limit)s characters.", limit=SIGNATURE_LIMIT),
            )
        ],
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.read_address = ""
        self.read_reply_to: str | None = None

    def validate_address(self, field: StringField) -> None:
        """Take the address in the form we store it in."""
        self.read_address = _read(field.data or "")

    def validate_reply_to(self, field: StringField) -> None:
        """Take the other address, if one is wanted."""
        self.read_reply_to = _read(field.data) if field.data else None


class OutgoingChoice(Versioned, SettingsForm):
    """Which of the outgoing servers that exist an account sends by."""

    outgoing = SelectField(_("Server for sending"), validate_choice=False)
    outgoing_secret = PasswordField(_("Password for sending"), validators=[check_secret])


def profile_values(account: Account) -> dict[str, Any]:
    """Return an account as the values of its form."""
    return {
        "version": account.version,
        "title": "" if account.title == account.address else account.title,
        "sender_name": account.sender_name,
        "address": readable_address(account.address),
        "reply_to": readable_address(account.reply_to) if account.reply_to else "",
        "signature": account.signature,
    }


def add_duplicate(form: ProfileForm) -> None:
    """Say at the field that the owner has another account of this address."""
    form.address.errors = [*form.address.errors, gettext("There already is an account of this address.")]


def _read(typed: str) -> str:
    try:
        return read_address(typed)
    except AddressFault as fault:
        raise ValidationError(str(fault)) from None
