"""Who may administer and who may sign in at all; an office is never left without an administrator."""

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.storage.browser_sessions import close_others
from webapp.storage.journal import record
from webapp.storage.keeping_out import freeze_accounts_of
from webapp.storage.models import Action, User
from webapp.storage.one_time_links import forget_links_of
from webapp.storage.work_under_way import end_work_of


class LastAdministrator(ValueError):
    """Nobody else could administer Mailroom: somebody who can sign in must be made an administrator first."""


def has_admin(session: Session) -> bool:
    """Tell whether somebody can administer, that is, whether the set-up is done."""
    return session.scalar(select(User.id).where(_able()).limit(1)) is not None


def set_admin(session: Session, user: User, is_admin: bool) -> None:
    """Make the person an administrator or not. Raises `LastAdministrator`. The caller tells the journal."""
    if not is_admin:
        _another_administers(session, user)
    user.is_admin = is_admin
    session.flush()


def disable_user(session: Session, user: User) -> None:
    """Keep the person out, at once everywhere. Raises `LastAdministrator`. The caller tells the journal."""
    _another_administers(session, user)
    user.disabled = True
    user.session_epoch += 1
    close_others(session, user)
    forget_links_of(session, user)
    end_work_of(session, user)
    session.flush()


def enable_user(session: Session, user: User) -> None:
    """Let the person in again; frozen accounts stay so until their password is typed. The caller tells the journal."""
    user.disabled = False
    session.flush()


def person_leaves(session: Session, user: User, by: User | None) -> None:
    """Do in one step what a leaving person asks for: no more signing in, their own accounts frozen. In the journal too.

    Raises `LastAdministrator`.
    """
    disable_user(session, user)
    freeze_accounts_of(session, user, by)
    record(session, Action.USER_LEFT, by=by, subject=user.display_name, owner_id=user.id)


def _another_administers(session: Session, user: User) -> None:
    """Raise unless the person is no able administrator or somebody else is one; two doing this at once take turns."""
    session.execute(update(User).where(User.is_admin).values(session_epoch=User.session_epoch))
    able = set(session.scalars(select(User.id).where(_able())))
    if able == {user.id}:
        raise LastAdministrator


def _able() -> ColumnElement[bool]:
    return User.is_admin & ~User.disabled & User.password_hash.is_not(None)
