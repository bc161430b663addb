"""The form that lets people send as the system account."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from webapp.storage.models import Account
from webapp.web.forms.settings_form import SettingsForm
from webapp.web.forms.versions import Versioned


class PeopleForm(Versioned, SettingsForm):
    """Whether everybody may choose the account as sender."""

    people_may_send = BooleanField(_("People may send letters as the system account"))


def people_values(account: Account) -> dict[str, Any]:
    """Return the account as the values of its form."""
    return {"version": account.version, "people_may_send": account.people_may_send}
