"""The form that adds an account on a news server."""

from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import ValidationError

from webapp.mail.settings import STANDARD_PORTS, AuthMethod, Protocol, Security
from webapp.storage.models import Account, AccountKind, DraftDetails, Run, User
from webapp.web.forms.addresses import AddressFault, read_address
from webapp.web.forms.for_whom import EVERYONE, ONLY_ME, check_for_whom, for_whom_choices
from webapp.web.forms.incoming import NewsServerForm, incoming_values
from webapp.web.forms.names import sender_field, title_field
from webapp.web.forms.parts import stripped
from webapp.web.wording.names import readable_address


class NewsAccountForm(NewsServerForm):
    """Who writes, and where the newsgroups are read; address and name stand in what one posts there."""

    on_screen: ClassVar[tuple[str, ...]] = (
        "title",
        "sender_name",
        "address",
        "for_whom",
        *NewsServerForm.on_screen,
        "remember_password",
    )

    title = title_field()
    sender_name = sender_field(_("Type the name readers of your articles will see."))
    address = StringField(_("Email address"), filters=[stripped])
    remember_password = BooleanField(_("Remember the password"), default=True)
    for_whom = RadioField(_("For whom"), default=ONLY_ME)

    def __init__(self, user: User, **values: Any) -> None:
        values.setdefault("sender_name", user.display_name)
        values.setdefault("incoming_security", Security.TLS.value)
        values.setdefault("incoming_port", str(STANDARD_PORTS[Protocol.NNTP, Security.TLS]))
        self._user = user
        self.read_address = ""
        super().__init__(**values)
        self.for_whom.choices = for_whom_choices()

    def validate_address(self, field: StringField) -> None:
        """Take the address in the form we store it in."""
        try:
            self.read_address = read_address(field.data or "")
        except AddressFault as fault:
            raise ValidationError(str(fault)) from None

    def validate_for_whom(self, field: RadioField) -> None:
        """Keep "for everyone" to administrators."""
        check_for_whom(self._user, field)

    def validate_secret(self, field: StringField) -> None:
        """Ask for the password where there is a login."""
        if self.needs_login.data and not field.data:
            raise ValidationError(gettext("Type the password for the news server."))

    def details(self, language: str) -> DraftDetails:
        """Return a valid form as the value a draft keeps."""
        return DraftDetails(
            address=self.read_address,
            sender_name=self.sender_name.data,
            for_sending=False,
            for_receiving=True,
            for_everyone=self.for_whom.data == EVERYONE,
            remember_password=bool(self.needs_login.data and self.remember_password.data),
            by_hand=True,
            language=language,
            title=self.title.data or None,
            kind=AccountKind.NEWS,
        )


def duplicate_values(account: Account | None) -> dict[str, Any]:
    """Return the server of another account as the values of a new one's form: no address, no login, no password."""
    if account is None or account.kind is not AccountKind.NEWS:
        return {}
    kept = ("incoming_host", "incoming_port", "incoming_security", "needs_login")
    return {name: value for name, value in incoming_values(account).items() if name in kept}


def draft_values(run: Run) -> dict[str, Any]:
    """Return what was typed for a run as the values of the form; the password is not among them."""
    details, server = run.draft.details, run.entered.incoming
    return {
        "title": details.title or "",
        "sender_name": details.sender_name,
        "address": readable_address(details.address),
        "for_whom": EVERYONE if details.for_everyone else ONLY_ME,
        "remember_password": details.remember_password,
        "incoming_host": server.host or "",
        "incoming_port": str(server.port or ""),
        "incoming_security": server.security or Security.TLS,
        "incoming_username": server.username or "",
        "needs_login": server.auth_method is not AuthMethod.NONE,
    }
