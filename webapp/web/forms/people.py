"""The forms of people who sign in: the first administrator, a new password, the door."""

from collections.abc import Callable

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, Form, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, ValidationError

from webapp.storage.users import folded
from webapp.web.forms.parts import check_line, stripped
from webapp.web.people.password_rules import LONGEST, SHORTEST, PasswordFault, fault_of

LONGEST_NAME = 100
LONGEST_DISPLAY_NAME = 200


class SignInForm(FlaskForm):
    """The door."""

    name = StringField(
        _("Login name"),
        filters=[stripped],
        validators=[
            DataRequired(_("Type your login name.")),
            Length(max=LONGEST_NAME, message=_("This name is too long.")),
        ],
    )
    password = PasswordField(
        _("Password"),
        validators=[
            InputRequired(_("Type your password.")),
            Length(max=LONGEST, message=_("This password is too long.")),
        ],
    )


def login_name_field(missing: LazyString) -> StringField:
    """Return the box for a name to sign in with."""
    return StringField(
        _("Login name"),
        filters=[stripped],
        validators=[
            DataRequired(missing),
            check_length,
            Regexp(r"[\w.@+-]+\Z", message=_("Use letters, digits and . _ - + @ only, without spaces.")),
        ],
    )


def check_length(_form: Form, field: Field) -> None:
    """Refuse a login name that is too long as it is stored: «ﬃ» is one letter when typed and three then."""
    if len(folded(field.data or "")) > LONGEST_NAME:
        raise ValidationError(gettext("A login name can have at most 100 characters."))


def refuse_name(field: StringField) -> None:
    """Say that somebody else signs in with this name."""
    field.errors = [*field.errors, gettext("Somebody else signs in with this name. Choose another one.")]


def display_name_field(missing: LazyString) -> StringField:
    """Return the box for the name others see."""
    return StringField(
        _("First and last name"),
        filters=[stripped],
        validators=[
            check_line,
            DataRequired(missing),
            Length(max=LONGEST_DISPLAY_NAME, message=_("A name can have at most 200 characters.")),
        ],
    )


def password_field() -> PasswordField:
    """Return a box for a new password; made anew for each form, for fields stand in the order they are made."""
    return PasswordField(_("Password"), validators=[InputRequired(_("Type a password."))])


def password_again_field() -> PasswordField:
    """Return the box for typing it once more."""
    return PasswordField(_("Password once more"), validators=[InputRequired(_("Type the password once more."))])


class NewPassword(FlaskForm):
    """A password typed twice, for a person whose login name is known."""

    password = password_field()
    password_again = password_again_field()

    def login_name(self) -> str:
        """Return the name the password must not be."""
        return ""

    def validate_password(self, field: PasswordField) -> None:
        """Hold the password against the rules."""
        fault = fault_of(field.data or "", self.login_name())
        if fault is not None:
            raise ValidationError(SENTENCES[fault]())

    def validate_password_again(self, field: PasswordField) -> None:
        """Catch a slip of the finger."""
        if field.data != self.password.data:
            raise ValidationError(gettext("The two passwords differ. Type the same one twice."))


class ResetForm(NewPassword):
    """A new password behind a one-time link."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def login_name(self) -> str:
        """Return the name of the person the link was made for."""
        return self._name


class SetupForm(NewPassword):
    """The first administrator."""

    display_name = display_name_field(_("Type your name, as others will see it."))
    name = login_name_field(_("Type the name you will sign in with."))
    password = password_field()
    password_again = password_again_field()

    def login_name(self) -> str:
        """Return the name typed beside the password."""
        return self.name.data or ""

    def refuse_name(self) -> None:
        """Say that somebody else signs in with this name."""
        refuse_name(self.name)


SENTENCES: dict[PasswordFault, Callable[[], str]] = {
    PasswordFault.TOO_SHORT: lambda: gettext(
        "This password is too short. Use at least %(count)s characters.", count=SHORTEST
    ),
    PasswordFault.TOO_LONG: lambda: gettext(
        "This password is too long. Use at most %(count)s characters.", count=LONGEST
    ),
    PasswordFault.IS_THE_NAME: lambda: gettext("This password is little more than the login name. Choose another one."),
    PasswordFault.TOO_SIMPLE: lambda: gettext("This password repeats a few characters. Choose a less regular one."),
}
