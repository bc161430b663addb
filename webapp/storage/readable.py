"""Whose letters a person reads."""

from sqlalchemy import ColumnElement, and_, or_, true

from webapp.storage.models import Account, User


def readable_by(user: User) -> ColumnElement[bool]:
    """Tell of accounts whether the person may read their letters: their own, and those for everyone.

    Nobody reads the letters of an account that is frozen or locked: whoever
    reset a sign-in password must not come to the letters by it (DESIGN 5.3).
    What comes back to the system account tells of everybody; unless people may
    send with it, it is the administrators' to read.
    """
    awake = and_(Account.frozen.is_(False), Account.locked.is_(False))
    told_to_all = true() if user.is_admin else or_(Account.is_system.is_(False), Account.people_may_send)
    return and_(awake, or_(and_(Account.owner_id.is_(None), told_to_all), Account.owner_id == user.id))
