"""The form of one account's incoming server: the half of the wizard's form, and for news servers its own shape."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice

from webapp.mail.settings import AuthMethod, Direction, Protocol, Security
from webapp.net.problems import Field
from webapp.storage.models import Account, AccountKind
from webapp.web.forms.servers import ServersForm
from webapp.web.forms.versions import Versioned
from webapp.web.wording.names import security_name


class IncomingForm(Versioned, ServersForm):
    """Same fields, same rules and same sentences as in the wizard (IMAP and POP3)."""

    def __init__(self, **values: Any) -> None:
        super().__init__((Direction.INCOMING,), **values)

    def ask_secret(self, words: str) -> None:
        """Say at the field that the password is needed."""
        self.secret.errors = [*self.secret.errors, words]


class NewsServerForm(IncomingForm):
    """A news server: no search, and often no login."""

    on_screen: ClassVar[tuple[str, ...]] = (
        "incoming_host",
        "incoming_port",
        "incoming_security",
        "needs_login",
        "incoming_username",
        "secret",
    )

    needs_login = BooleanField(_("The server asks for a login"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.incoming_security.choices = [
            SelectChoice(security.value, security_name(security)) for security in reversed(Security)
        ]
        del self.incoming_protocol, self.incoming_auth

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what nobody looks up: the server's name, and the login name where there is a login."""
        valid = super().validate(extra_validators)
        if not self.incoming_host.data:
            words = gettext("Type the name of the news server, like news.example.com.")
            self.incoming_host.errors = [*self.incoming_host.errors, words]
            valid = False
        if self.needs_login.data and not self.incoming_username.data:
            words = gettext("Type the login name, or clear “The server asks for a login”.")
            self.incoming_username.errors = [*self.incoming_username.errors, words]
            valid = False
        return valid

    def box_of(self, field: Field) -> str | None:
        """Return the form's own field: whether there is a login is all that is chosen of its method."""
        return self.needs_login.name if field is Field.INCOMING_AUTH else super().box_of(field)

    def protocol(self, direction: Direction) -> Protocol:
        """Return the only protocol of news servers."""
        return Protocol.NNTP

    def text(self, direction: Direction, part: str) -> str | None:
        """Return one typed value; the method follows from whether there is a login."""
        if part == "auth":
            return (AuthMethod.PASSWORD_CLEARTEXT if self.needs_login.data else AuthMethod.NONE).value
        if part == "username" and not self.needs_login.data:
            return None
        return super().text(direction, part)


def incoming_values(account: Account) -> dict[str, Any]:
    """Return an account's incoming server as the values of its form; the password is not among them."""
    values: dict[str, Any] = {"version": account.version}
    server = account.incoming
    if server is None:
        return values
    return values | {
        "incoming_protocol": server.protocol.value,
        "incoming_host": server.host,
        "incoming_port": str(server.port),
        "incoming_security": server.security.value,
        "incoming_auth": server.auth_method.value,
        "incoming_username": server.username or "",
        "needs_login": server.auth_method is not AuthMethod.NONE,
    }


def form_of_kind(kind: AccountKind, wanted: Sequence[Direction], **values: Any) -> ServersForm:
    """Return the form of an account's servers in a run: both halves, or that of a news server."""
    if kind is not AccountKind.NEWS:
        return ServersForm(wanted, **values)
    return NewsServerForm(needs_login=values.get("incoming_auth") != AuthMethod.NONE, **values)


def nobody_logs_in(form: ServersForm) -> bool:
    """Tell whether the form is about a server that asks for no login, so that no password is needed."""
    return isinstance(form, NewsServerForm) and not form.needs_login.data
