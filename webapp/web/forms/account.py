"""The first form of the set-up: who, what for, for whom, and how to find the servers."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from webapp.storage.models import Draft, DraftDetails, User
from webapp.web.forms.addresses import ADDRESS_LIMIT, AddressFault, read_address
from webapp.web.forms.for_whom import EVERYONE, ONLY_ME, check_for_whom, for_whom_choices
from webapp.web.forms.names import NAME_LIMIT, sender_field
from webapp.web.forms.parts import ANSWER_NO, ANSWER_YES, UNUSED_ACCOUNT, check_secret, stripped
from webapp.web.forms.settings_form import SettingsForm

LOAD_DAYS = 30
OLDEST_LOAD = date(1990, 1, 1)
# The program sends its notices through the system account by itself, so nobody chooses here (requirement 2).
FIXED_FOR_SYSTEM = ("for_whom", "for_sending", "remember_password", "automatic")


class AccountForm(SettingsForm):
    """What a person types to have an account set up; `draft` lets a second press join the first."""

    draft = HiddenField()
    # What was already offered as a correction, so that "leave as it is" is asked once.
    declined = HiddenField()
    address = StringField(_("Email address"), filters=[stripped])
    secret = PasswordField(_("Password"), validators=[check_secret])
    remember_password = BooleanField(_("Remember the password"), default=True)
    sender_name = sender_field(_("Type the name your recipients will see."))
    for_sending = BooleanField(_("sending"), default=True)
    for_receiving = BooleanField(_("receiving"), default=True)
    for_whom = RadioField(_("For whom"), default=ONLY_ME)
    load_since = DateField(_("Load mail since"))
    automatic = BooleanField(_("Receive and send automatically"), default=True)
    by_hand = RadioField(_("Connection settings"), default=ANSWER_NO)

    def __init__(
        self, user: User, today: date, secret_kept: bool = False, *, system: bool = False, **values: Any
    ) -> None:
        # A draft that does not receive has none; whoever ticks receiving then starts from the usual day.
        values["load_since"] = values.get("load_since") or today - timedelta(days=LOAD_DAYS)
        values.setdefault("sender_name", user.display_name)
        self._user, self._today, self._secret_kept, self._system = user, today, secret_kept, system
        self.read_address = ""
        super().__init__(**values)
        self.for_whom.choices = for_whom_choices()
        for name in FIXED_FOR_SYSTEM if system else ():
            del self[name]
        self.by_hand.choices = [
            SelectChoice(ANSWER_NO, gettext("Detect automatically (recommended)")),
            SelectChoice(ANSWER_YES, pgettext("choice", "Configure manually")),
        ]

    def validate_address(self, field: StringField) -> None:
        """Take the address in the form we store it in."""
        try:
            self.read_address = read_address(field.data or "")
        except AddressFault as fault:
            raise ValidationError(str(fault)) from None

    def validate_secret(self, field: PasswordField) -> None:
        """Ask for the password unless the draft still has it."""
        if not field.data and not self._secret_kept:
            raise ValidationError(gettext("Type the password of the mailbox."))

    def validate_for_sending(self, field: BooleanField) -> None:
        """Refuse an account nobody uses."""
        if not field.data and not self.for_receiving.data:
            raise ValidationError(str(UNUSED_ACCOUNT))

    def validate_for_whom(self, field: RadioField) -> None:
        """Keep "for everyone" to administrators."""
        check_for_whom(self._user, field)

    def validate_load_since(self, field: DateField) -> None:
        """Refuse a date that loads nothing, or that cannot be meant."""
        if not self.for_receiving.data:
            field.errors = []  # nobody sees the field then, or needs it
        if field.data is None or not self.for_receiving.data:
            return
        if field.data > self._today:
            raise ValidationError(gettext("This date is in the future; choose today or an earlier day."))
        if field.data < OLDEST_LOAD:
            raise ValidationError(gettext("This date is too long ago; choose a day after 1990."))

    def validate_automatic(self, field: BooleanField) -> None:
        """Automatic work needs a remembered password (requirement 2)."""
        if field.data and not self.remember_password.data:
            raise ValidationError(
                gettext("Automatic work needs the password: tick “Remember the password”, or clear this box.")
            )

    @property
    def for_everyone(self) -> bool:
        """Tell whether the account is to be everybody's."""
        return self._system or bool(self.for_whom.data == EVERYONE)

    def details(self, language: str) -> DraftDetails:
        """Return what was typed as the value a draft keeps; before `validate` the address is as it was typed."""
        return DraftDetails(
            address=self.read_address or (self.address.data or "")[:ADDRESS_LIMIT],
            sender_name=(self.sender_name.data or "")[:NAME_LIMIT],
            for_sending=self._system or self.for_sending.data,
            for_receiving=self.for_receiving.data,
            for_everyone=self.for_everyone,
            load_since=self.load_since.data if self.for_receiving.data else None,
            automatic=self._system or self.automatic.data,
            remember_password=self._system or self.remember_password.data,
            by_hand=self.by_hand.data == ANSWER_YES,
            language=language,
        )


def values_of(draft: Draft) -> dict[str, Any]:
    """Return a draft as the values its form is filled with; the password is not among them."""
    details = draft.details
    return {
        "draft": draft.id,
        "address": details.address,
        "sender_name": details.sender_name,
        "for_sending": details.for_sending,
        "for_receiving": details.for_receiving,
        "for_whom": EVERYONE if details.for_everyone else ONLY_ME,
        "load_since": details.load_since,
        "automatic": details.automatic,
        "remember_password": details.remember_password,
        "by_hand": ANSWER_YES if details.by_hand else ANSWER_NO,
    }
