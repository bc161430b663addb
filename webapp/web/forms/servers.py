"""The form of setting up by hand: both servers, field by field; what is left blank is found out."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from webapp.detection.types import Entered
from webapp.mail.settings import AuthMethod, Direction, Protocol
from webapp.net.problems import Field, Problem
from webapp.web.forms.parts import (
    auth_choices,
    check_auth,
    check_host,
    check_line,
    check_port,
    check_secret,
    security_choices,
    stripped,
)
from webapp.web.forms.settings_form import SettingsForm
from webapp.web.wording.problems import field_of, sentence

NAME_LIMIT = Length(max=320)
INCOMING_PROTOCOLS = [SelectChoice("imap", "IMAP"), SelectChoice("pop3", "POP3")]
INCOMING_AUTH = (AuthMethod.PASSWORD_CLEARTEXT, AuthMethod.PASSWORD_ENCRYPTED)
OUTGOING_AUTH = (*INCOMING_AUTH, AuthMethod.NONE)


class ServersForm(SettingsForm):
    """What a person fixes about the servers; field names are those of `net.problems.Field`."""

    incoming_protocol = RadioField(_("Type"), choices=INCOMING_PROTOCOLS, default="imap")
    incoming_host = StringField(_("Server name"), filters=[stripped], validators=[check_host])
    incoming_port = StringField(_("Port"), filters=[stripped], validators=[check_port])
    incoming_security = SelectField(_("Connection security"))
    incoming_auth = SelectField(_("Authentication method"), validators=[check_auth])
    incoming_username = StringField(_("Login name"), filters=[stripped], validators=[check_line, NAME_LIMIT])
    outgoing_host = StringField(_("Server name"), filters=[stripped], validators=[check_host])
    outgoing_port = StringField(_("Port"), filters=[stripped], validators=[check_port])
    outgoing_security = SelectField(_("Connection security"))
    outgoing_auth = SelectField(_("Authentication method"), validators=[check_auth])
    outgoing_username = StringField(_("Login name"), filters=[stripped], validators=[check_line, NAME_LIMIT])
    secret = PasswordField(_("Password"), validators=[check_secret])
    separate_secret = BooleanField(_("Another password for sending"))
    outgoing_secret = PasswordField(_("Password for sending"), validators=[check_secret])

    def __init__(self, wanted: Sequence[Direction], **values: Any) -> None:
        super().__init__(**values)
        self.incoming_security.choices = self.outgoing_security.choices = security_choices()
        self.incoming_auth.choices = auth_choices(*INCOMING_AUTH)
        self.outgoing_auth.choices = auth_choices(*OUTGOING_AUTH)
        unwanted = [direction.value for direction in Direction if direction not in wanted]
        for name in [field.name for field in self if field.name.startswith(tuple(f"{one}_" for one in unwanted))]:
            del self[name]
        if len(wanted) < len(Direction):
            for name in ("separate_secret", "outgoing_secret"):
                if name in self:
                    del self[name]

    def add_problem(self, problem: Problem, direction: Direction, nothing_typed: bool) -> None:
        """Put what a run found out at the field it belongs to, in the words of the summary."""
        separate = "separate_secret" in self and bool(self.separate_secret.data)
        name = self.box_of(field_of(problem, direction, separate, nothing_typed))
        errors = self[name].errors if name is not None else self.form_errors
        words = sentence(problem)
        if words in errors:
            return
        if name is not None:
            self[name].errors = [*errors, words]
        else:
            self.form_errors.append(words)

    def box_of(self, field: Field) -> str | None:
        """Return the name of the form's own field that a problem's field is, None if it has none."""
        return field.value if field.value in self else None

    def add_missing_secret(self) -> None:
        """Ask for a password that is not kept any more."""
        words = gettext("Type the password again: it is kept for half an hour only.")
        self.secret.errors = [*self.secret.errors, words]

    def protocol(self, direction: Direction) -> Protocol:
        """Return the protocol chosen for one direction."""
        if direction is Direction.OUTGOING:
            return Protocol.SMTP
        # A refused form is drawn again, so this is asked of values that never were a choice, too.
        return Protocol.POP3 if self.incoming_protocol.data == Protocol.POP3 else Protocol.IMAP

    def text(self, direction: Direction, part: str) -> str | None:
        """Return one typed value, None where nothing was typed or nothing is asked."""
        name = f"{direction.value}_{part}"
        return self[name].data or None if name in self else None


def values_of(entered: Entered) -> dict[str, Any]:
    """Return what was fixed as the values the form is filled with."""
    values: dict[str, Any] = {}
    for direction in entered.wanted():
        server = entered.server(direction)
        parts = {
            "host": server.host,
            "port": server.port,
            "security": server.security,
            "auth": server.auth_method,
            "username": server.username,
        }
        if direction is Direction.INCOMING and server.protocol is not None:
            parts["protocol"] = server.protocol
        values |= {f"{direction.value}_{part}": "" if value is None else str(value) for part, value in parts.items()}
    return values
