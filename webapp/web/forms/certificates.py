"""The button that accepts a server's certificate no longer."""

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import AnyOf

from webapp.mail.settings import Direction
from webapp.web.forms.versions import Versioned


class WithdrawForm(Versioned, FlaskForm):
    """Whose certificate is meant: the incoming or the outgoing server's."""

    direction = HiddenField(validators=[AnyOf([one.value for one in Direction])])

    @property
    def asked(self) -> Direction:
        """Return the direction of a valid form."""
        return Direction(self.direction.data)


def withdrawn_words() -> str:
    """Return what is said after the button."""
    return gettext("The certificate is not accepted any more. From now on the server is verified as usual.")
