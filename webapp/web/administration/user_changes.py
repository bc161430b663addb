"""What administrators do to people: each one change and its line in the journal. The caller commits."""

from sqlalchemy.exc import IntegrityError

from webapp.storage.journal import record
from webapp.storage.models import Action, LinkPurpose, User
from webapp.storage.users import (
    NameTaken,
    called,
    change_login_name,
    create_link,
    create_user,
    disable_user,
    enable_user,
    rename_user,
    set_admin,
)
from webapp.web.access import me
from webapp.web.extensions import db
from webapp.web.forms.users import NamesForm, NewUserForm


def add_user(form: NewUserForm) -> User:
    """Add a person who cannot sign in yet. Raises `NameTaken`."""
    try:
        user = create_user(
            db.session(),
            form.name.data,
            form.display_name.data,
            is_admin=form.is_admin.data,
            language=form.language.data or None,
        )
    except IntegrityError:  # two administrators at once
        db.session.rollback()
        raise NameTaken(form.name.data) from None
    tell(Action.USER_ADDED, user, ("name", user.name), ("is_admin", yes_or_no(user.is_admin)))
    return user


def name_user(user: User, form: NamesForm) -> None:
    """Give the person other names. Raises `NameTaken`."""
    before = names(user)
    try:
        change_login_name(db.session(), user, form.name.data)
    except IntegrityError:  # two administrators at once
        db.session.rollback()
        raise NameTaken(form.name.data) from None
    wanted = ("display_name", called(form.display_name.data, user.name)), ("name", user.name)
    changed = [pair for pair in wanted if pair not in before]
    if changed:
        tell(Action.USER_CHANGED, user, *changed)
    rename_user(db.session(), user, form.display_name.data)


def make_administrator(user: User, is_admin: bool) -> None:
    """Make the person an administrator or not. Raises `LastAdministrator`."""
    if user.is_admin is not is_admin:
        set_admin(db.session(), user, is_admin)
        tell(Action.USER_CHANGED, user, ("is_admin", yes_or_no(is_admin)))


def keep_out(user: User) -> None:
    """Disable the person. Raises `LastAdministrator`."""
    if not user.disabled:
        disable_user(db.session(), user)
        tell(Action.USER_DISABLED, user)


def let_in(user: User) -> None:
    """Enable the person again."""
    if user.disabled:
        enable_user(db.session(), user)
        tell(Action.USER_ENABLED, user)


def make_link(user: User) -> str:
    """Return the token of a link by which the person chooses a password; in the journal by itself."""
    return create_link(db.session(), LinkPurpose.RESET_PASSWORD, user, created_by=me())


def tell(action: Action, user: User, *details: tuple[str, str]) -> None:
    """Write down what was done to the person."""
    record(db.session(), action, by=me(), subject=user.display_name, owner_id=user.id, details=details)


def names(user: User) -> tuple[tuple[str, str], ...]:
    """Return what the person is called, as the journal tells it."""
    return ("display_name", user.display_name), ("name", user.name)


def yes_or_no(claim: bool) -> str:
    """Return a claim as a value of the journal."""
    return "yes" if claim else "no"
