"""The form that hands an account over: to whom, and the password that proves it there."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, SelectField
from wtforms.validators import InputRequired, ValidationError

from webapp.mail.settings import Credentials
from webapp.storage.models import User
from webapp.web.forms.parts import check_secret
from webapp.web.forms.settings_form import SettingsForm
from webapp.web.forms.versions import Versioned

NOBODY, EVERYONE = "", "everyone"


class HandOverForm(Versioned, SettingsForm):
    """Who gets the account: one of `people`; as many passwords as there are login names, at most two."""

    to = SelectField(
        _("Hand over to"), validators=[InputRequired(_("Choose who gets the account."))], validate_choice=False
    )
    secret = PasswordField(
        _("Password of the mailbox"), validators=[InputRequired(_("Type the password of the mailbox.")), check_secret]
    )
    outgoing_secret = PasswordField(
        _("Password of the outgoing server"),
        validators=[InputRequired(_("Type the password of the outgoing server.")), check_secret],
    )
    remember_password = BooleanField(_("Remember the password"), default=True)

    def __init__(self, people: Iterable[User], *, to_everyone: bool, logins: int) -> None:
        super().__init__()
        if logins < 2:
            del self.outgoing_secret
        if logins < 1:
            del self.secret, self.remember_password
        everyone = [(EVERYONE, gettext("Everyone"))] if to_everyone else []
        people_now = [(str(person.id), f"{person.display_name} ({person.name})") for person in people]
        self.to.choices = [(NOBODY, gettext("choose…")), *everyone, *people_now]

    def validate_to(self, field: SelectField) -> None:
        """Refuse whoever cannot get the account, for example somebody who has left meanwhile."""
        if field.data not in {value for value, _words in self.to.choices}:
            raise ValidationError(gettext("This person cannot get the account; choose somebody else."))

    @property
    def remembered(self) -> bool:
        """Tell whether the typed password is to be kept."""
        return "remember_password" in self and bool(self.remember_password.data)

    def credentials(self) -> Credentials | None:
        """Return what was typed, None where nobody logs in."""
        if "secret" not in self:
            return None
        outgoing = self.outgoing_secret.data if "outgoing_secret" in self else None
        return Credentials(self.secret.data or "", outgoing)

    @property
    def owner_id(self) -> int | None:
        """Return the number of the person who gets the account; None = everyone. Only after `validate`."""
        return None if self.to.data == EVERYONE else int(self.to.data)
