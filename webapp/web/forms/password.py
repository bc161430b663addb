"""The forms of the password policy: a new password in one field, and whether it is remembered."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from webapp.web.forms.parts import ANSWER_NO, ANSWER_YES, check_secret
from webapp.web.forms.settings_form import SettingsForm
from webapp.web.forms.versions import Versioned


class PasswordForm(Versioned, SettingsForm):
    """One password, and whether it is kept."""

    secret = PasswordField(_("Password of the mailbox"), validators=[check_secret])
    remember_password = BooleanField(_("Remember the password"))

    def validate_secret(self, field: PasswordField) -> None:
        """Ask for it: nothing else is on the page."""
        if not field.data:
            raise ValidationError(gettext("Type the password of the mailbox."))


class CheckForm(SettingsForm):
    """The button “Check settings” with the password where none is known."""

    secret = PasswordField(_("Password of the mailbox"), validators=[check_secret])


class RememberForm(Versioned, SettingsForm):
    """Whether the password is remembered."""

    remember = RadioField(_("Where the password is kept"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.remember.choices = [
            SelectChoice(ANSWER_YES, gettext("Remember it")),
            SelectChoice(ANSWER_NO, gettext("Ask for it each time")),
        ]
