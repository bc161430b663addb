"""People as the list shows them: a row in words."""

from dataclasses import dataclass

from flask_babel import gettext

from webapp.storage.models import User
from webapp.storage.users import UserRow


@dataclass(frozen=True)
class UserLine:
    """One person in the list."""

    id: int
    display_name: str
    name: str
    role: str
    state: str
    tone: str | None
    disabled: bool
    accounts: int


def user_line(row: UserRow) -> UserLine:
    """Return one row of the list."""
    user = row.user
    state, tone = state_of(user)
    return UserLine(user.id, user.display_name, user.name, role_of(user), state, tone, user.disabled, row.accounts)


def role_of(user: User) -> str:
    """Return what the person is here."""
    return gettext("administrator") if user.is_admin else gettext("user")


def state_of(user: User) -> tuple[str, str | None]:
    """Return whether the person can sign in, and the tone to say it in."""
    if user.disabled:
        return gettext("disabled"), None
    if user.password_hash is None:
        return gettext("has not chosen a password yet"), "warn"
    return gettext("can sign in"), "ok"
