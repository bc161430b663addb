"""The names an account goes by, which several forms ask for: its own, and that of whoever writes."""

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from webapp.web.forms.parts import check_line, stripped

TITLE_LIMIT = 320
NAME_LIMIT = 200


def title_field() -> StringField:
    """Return the field of the account's name in lists; blank is the address."""
    return StringField(_("Account name"), filters=[stripped], validators=[check_line, _at_most(TITLE_LIMIT)])


def sender_field(if_missing: str) -> StringField:
    """Return the field of the name that others read; `if_missing` is what to say where there is none."""
    return StringField(
        _("Your name"), filters=[stripped], validators=[check_line, DataRequired(if_missing), _at_most(NAME_LIMIT)]
    )


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=_("A name can have at most %(limit)s characters.", limit=limit))
