"""The forms of one's own profile: what one is called, the language, a new password."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from webapp.storage.models import User
from webapp.web.forms.addresses import AddressFault, read_address
from webapp.web.forms.parts import stripped
from webapp.web.forms.people import NewPassword, display_name_field, password_again_field, password_field
from webapp.web.language import LANGUAGES
from webapp.web.people.password_rules import LONGEST
from webapp.web.wording.names import readable_address

BROWSERS = ""  # the language the person's browser asks for


def language_field() -> SelectField:
    """Return the choice of a person's language."""
    return SelectField(_("Language"), default=BROWSERS)


def language_choices() -> list[SelectChoice]:
    """Return the languages by their own names, and leaving it to the browser."""
    named = [SelectChoice(code, name) for code, name in LANGUAGES.items()]
    return [SelectChoice(BROWSERS, gettext("As the browser asks")), *named]


class OwnProfileForm(FlaskForm):
    """What a person may change about oneself without the password."""

    display_name = display_name_field(_("Type your name, as others will see it."))
    language = language_field()
    notice_address = StringField(_("Address for notices"), filters=[stripped])

    def __init__(self, user: User, **values: Any) -> None:
        stored = {
            "display_name": user.display_name,
            "language": user.language or BROWSERS,
            "notice_address": readable_address(user.notice_address) if user.notice_address else "",
        }
        super().__init__(**stored, **values)
        self.language.choices = language_choices()
        self.read_notice_address: str | None = None

    def validate_notice_address(self, field: StringField) -> None:
        """Take the address in the form we store it in; left empty, an account's is taken."""
        try:
            self.read_notice_address = read_address(field.data) if field.data else None
        except AddressFault as fault:
            raise ValidationError(str(fault)) from None


class PasswordForm(NewPassword):
    """A new sign-in password, by whoever knows the old one."""

    old_password = PasswordField(
        _("Present password"),
        validators=[
            InputRequired(_("Type your present password.")),
            Length(max=LONGEST, message=_("This password is too long.")),
        ],
    )
    password = password_field()
    password_again = password_again_field()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.password.label.text = gettext("New password")

    def login_name(self) -> str:
        """Return the person's login name."""
        return self._name

    def refuse_old(self) -> None:
        """Say that the present password is another one."""
        self.old_password.errors = [*self.old_password.errors, gettext("This is not your present password.")]
