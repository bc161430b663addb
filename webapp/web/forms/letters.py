"""The form of what happens to letters: uses, from which day on, by itself or not, what stays on a POP3 server."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import Optional, ValidationError

from webapp.mail.settings import Protocol
from webapp.storage.changing import Letters
from webapp.storage.models import Account
from webapp.web.forms.account import OLDEST_LOAD
from webapp.web.forms.parts import UNUSED_ACCOUNT, stripped
from webapp.web.forms.settings_form import SettingsForm
from webapp.web.forms.versions import Versioned

LONGEST_DAYS = 3650


class LettersForm(Versioned, SettingsForm):
    """The section Letters; nothing of it is seen by a server, so it saves at once."""

    for_sending = BooleanField(_("sending"))
    for_receiving = BooleanField(_("receiving"))
    load_since = DateField(_("Load mail since"), validators=[Optional()])
    keep_on_server = BooleanField(_("Leave copies of letters on the server"))
    delete_after_days = StringField(_("Delete them there after, days"), filters=[stripped])
    automatic = BooleanField(_("Receive and send automatically"))

    def __init__(self, account: Account, today: date, **values: Any) -> None:
        super().__init__(**values)
        self._account, self._today = account, today
        self.is_pop3 = account.incoming is not None and account.incoming.protocol is Protocol.POP3
        if not self.is_pop3:
            del self.keep_on_server, self.delete_after_days

    def validate_for_receiving(self, field: BooleanField) -> None:
        """Refuse an account nobody uses."""
        if not field.data and not self.for_sending.data:
            raise ValidationError(str(UNUSED_ACCOUNT))

    def validate_load_since(self, field: DateField) -> None:
        """Refuse a date that loads nothing, or that cannot be meant."""
        if not self.for_receiving.data:
            field.errors = []
            return
        if field.data is not None and field.data > self._today:
            raise ValidationError(gettext("This date is in the future; choose today or an earlier day."))
        if field.data is not None and field.data < OLDEST_LOAD:
            raise ValidationError(gettext("This date is too long ago; choose a day after 1990."))

    def validate_automatic(self, field: BooleanField) -> None:
        """Automatic work needs a remembered password (requirement 2), and the system account always works so."""
        if field.data and not self._account.remember_password:
            raise ValidationError(gettext("Automatic work needs a remembered password. Type it first, then tick this."))

    def validate_delete_after_days(self, field: StringField) -> None:
        """Take a number of days, or nothing."""
        if not field.data or not self.keep_on_server.data:
            return
        if not (field.data.isascii() and field.data.isdigit() and 1 <= int(field.data[:6]) <= LONGEST_DAYS):
            raise ValidationError(gettext("Type a number of days from 1 to %(most)s, or nothing.", most=LONGEST_DAYS))

    def letters(self) -> Letters:
        """Return what was typed; what the form does not ask stays as it is."""
        keep, days = self._account.keep_on_server, self._account.delete_after_days
        if self.is_pop3:
            keep = bool(self.keep_on_server.data)
            days = int(self.delete_after_days.data) if keep and self.delete_after_days.data else None
        receiving = bool(self.for_receiving.data)
        return Letters(
            load_since=self.load_since.data if receiving else self._account.load_since,
            automatic=self._account.is_system or bool(self.automatic.data),
            keep_on_server=keep,
            delete_after_days=days,
            for_sending=bool(self.for_sending.data),
            for_receiving=receiving,
        )


def letters_values(account: Account) -> dict[str, Any]:
    """Return an account as the values of its form."""
    return {
        "version": account.version,
        "for_receiving": account.for_receiving,
        "for_sending": account.for_sending,
        "load_since": account.load_since,
        "automatic": account.automatic,
        "keep_on_server": account.keep_on_server,
        "delete_after_days": str(account.delete_after_days or ""),
    }
