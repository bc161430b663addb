"""One change of an account by a person: in its turn, unless somebody else was quicker, and told to the journal."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from webapp.storage.accounts import may_change
from webapp.storage.describing import changed, facts_of
from webapp.storage.journal import record
from webapp.storage.models import Account, Action, User
from webapp.storage.objections import NotAllowed
from webapp.storage.versions import take_turn
from webapp.storage.waiting import check_awake


@contextmanager
def recorded_change(
    session: Session, user: User, account: Account, version: int, action: Action = Action.ACCOUNT_CHANGED
) -> Iterator[None]:
    """Take the turn, let the account be changed, tell the journal what is different.

    Where nothing is different the version stays: nobody has to look again.
    """
    if not may_change(user, account):
        raise NotAllowed("this account is not the person's to change")
    check_awake(account)
    take_turn(session, account, version)
    before = facts_of(account)
    yield
    details = changed(before, facts_of(account))
    if details:
        record(session, action, by=user, account=account, details=details)
    else:
        account.version = version
    session.flush()
