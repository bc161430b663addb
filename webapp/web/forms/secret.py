"""The small form that asks for the password again, in place."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import PasswordField, StringField
from wtforms.validators import Length

from webapp.web.forms.parts import check_line, check_secret, stripped
from webapp.web.forms.settings_form import SettingsForm


class SecretForm(SettingsForm):
    """One password, needed only where the draft's is gone or was refused; then the login name may be wrong as well."""

    secret = PasswordField(_("Password"), validators=[check_secret])
    username = StringField(_("Login name"), filters=[stripped], validators=[check_line, Length(max=320)])

    def ask(self) -> None:
        """Say that the password is needed."""
        self.secret.errors = [*self.secret.errors, gettext("Type the password of the mailbox.")]
