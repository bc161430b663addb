"""The form that changes the use of several accounts at once."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField

from webapp.web.forms.settings_form import SettingsForm
from webapp.web.wording.words import N_

LEAVE, SET, CLEAR = "leave", "set", "clear"
WORDS = {LEAVE: N_("leave as it is"), SET: N_("use"), CLEAR: N_("do not use")}
MEANT = {LEAVE: None, SET: True, CLEAR: False}


class UsesForm(SettingsForm):
    """What is to become of both uses; which accounts, the page's boxes `id` say."""

    for_sending = RadioField(_("For sending letters"), default=LEAVE)
    for_receiving = RadioField(_("For receiving letters"), default=LEAVE)

    def __init__(self) -> None:
        super().__init__()
        for field in (self.for_sending, self.for_receiving):
            field.choices = [(value, gettext(words)) for value, words in WORDS.items()]

    @property
    def wished(self) -> tuple[bool | None, bool | None]:
        """Return what sending and receiving become; None = as they are."""
        return MEANT[self.for_sending.data], MEANT[self.for_receiving.data]
