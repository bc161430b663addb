"""The forms about other people: adding somebody, and what somebody is called."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField

from webapp.storage.models import User
from webapp.web.forms.own_profile import language_choices, language_field
from webapp.web.forms.people import display_name_field, login_name_field, refuse_name


class NamesForm(FlaskForm):
    """What a person is called, by others and at the door."""

    display_name = display_name_field(_("Type the name others will see."))
    name = login_name_field(_("Type the name the person signs in with."))

    def refuse_name(self) -> None:
        """Say that somebody else signs in with this name."""
        refuse_name(self.name)


class NewUserForm(NamesForm):
    """Somebody who is to work with Mailroom."""

    language = language_field()
    is_admin = BooleanField(_("Administrator"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.language.choices = language_choices()


def names_of(user: User) -> dict[str, Any]:
    """Return a person's names as the values the form is filled with."""
    return {"display_name": user.display_name, "name": user.name}
