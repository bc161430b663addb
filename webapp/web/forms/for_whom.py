"""Whose a new account is to be: the choice several forms offer, and who may choose what."""

from flask_babel import gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from webapp.storage.models import User

ONLY_ME, EVERYONE = "only-me", "everyone"


def for_whom_choices() -> list[SelectChoice]:
    """Return the two answers."""
    return [SelectChoice(ONLY_ME, gettext("Only me")), SelectChoice(EVERYONE, gettext("Everyone"))]


def check_for_whom(user: User, field: RadioField) -> None:
    """Keep "for everyone" to administrators."""
    if field.data == EVERYONE and not user.is_admin:
        raise ValidationError(gettext("Only an administrator can add an account for everyone."))
