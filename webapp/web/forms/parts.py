"""Checks and small parts the forms of the set-up share."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, Form
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from webapp.mail.settings import AuthMethod, Security
from webapp.net.domains import to_a_label
from webapp.net.guard import MAIL_PORTS
from webapp.net.problems import Trouble
from webapp.web.wording.names import UNSUPPORTED_AUTH, auth_name, security_name

SECRET_LIMIT = 1000
AUTODETECT = ""


def stripped(value: str | None) -> str | None:
    """Take the blanks at both ends away; a filter for every text but a password."""
    return value.strip() if value else value


def check_secret(_form: Form, field: Field) -> None:
    """Refuse a password no protocol can carry."""
    if field.data and len(field.data) > SECRET_LIMIT:
        raise ValidationError(gettext("A password can have at most %(limit)s characters.", limit=SECRET_LIMIT))
    if field.data and any(character in "\r\n\0" for character in field.data):
        raise ValidationError(gettext("The password has a line break in it; type it again."))


def check_line(_form: Form, field: Field) -> None:
    """Refuse line breaks and other control characters in what goes into one line of a protocol or a letter."""
    if field.data and not field.data.isprintable():
        raise ValidationError(
            gettext("There is a line break or a character that cannot be shown in it; type it again.")
        )


def check_host(_form: Form, field: Field) -> None:
    """Refuse what cannot be the name of a server; blank is fine and means Autodetect."""
    if not field.data:
        return
    try:
        to_a_label(field.data)
    except Trouble:
        words = gettext("“%(host)s” cannot be the name of a server; it looks like imap.example.com.", host=field.data)
        raise ValidationError(words) from None


def check_port(_form: Form, field: Field) -> None:
    """Refuse what is no port or none that mail uses; blank is fine and means Autodetect."""
    if not field.data:
        return
    if not (field.data.isascii() and field.data.isdigit() and 1 <= int(field.data[:6]) <= 65535):
        raise ValidationError(gettext("A port is a number from 1 to 65535."))
    if int(field.data) not in MAIL_PORTS:
        ports = ", ".join(str(port) for port in sorted(MAIL_PORTS))
        raise ValidationError(
            gettext("Port %(port)s is not one that mail uses. Allowed: %(ports)s.", port=field.data, ports=ports)
        )


def security_choices() -> list[SelectChoice]:
    """Return the ways to protect a connection, Autodetect first."""
    found_out = [SelectChoice(AUTODETECT, gettext("Autodetect"))]
    return found_out + [SelectChoice(security.value, security_name(security)) for security in reversed(Security)]


def auth_choices(*supported: AuthMethod) -> list[SelectChoice]:
    """Return the authentication methods; those nobody can choose are shown as such."""
    choices = [SelectChoice(AUTODETECT, gettext("Autodetect"))]
    choices += [SelectChoice(method.value, auth_name(method)) for method in supported]
    for method in UNSUPPORTED_AUTH:
        words = gettext("%(method)s: not supported", method=auth_name(method))
        choices.append(SelectChoice(method.value, words, {"disabled": True}))
    return choices


def check_auth(_form: Form, field: Field) -> None:
    """Refuse a method we cannot speak, with the way out."""
    if field.data in {method.value for method in UNSUPPORTED_AUTH}:
        raise ValidationError(
            gettext("This method is not supported. Choose Autodetect and use an application password of the provider.")
        )


ANSWER_YES, ANSWER_NO = "yes", "no"
UNUSED_ACCOUNT = _("Choose at least one use: sending or receiving.")
