"""The small form that asks for the password again, in place."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField

from webapp.web.forms.parts import check_secret


class SecretForm(FlaskForm):
    """One password, needed only where the draft's is gone or was refused."""

    secret = PasswordField(_("Password"), validators=[check_secret])

    def ask(self) -> None:
        """Say that the password is needed."""
        self.secret.errors = [*self.secret.errors, gettext("Type the password of the mailbox.")]
