"""Accounts nobody may use for now: of somebody who has left, of somebody whose sign-in password was reset."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.storage.credentials import forget_session_secrets
from webapp.storage.journal import record
from webapp.storage.models import Account, Action, Draft, IncomingServer, OutgoingServer, User
from webapp.storage.own_accounts import own_accounts


def freeze_accounts_of(session: Session, user: User, by: User | None) -> None:
    """Freeze the accounts of somebody who has left: never used, until handed over or proved again."""
    _forget_passwords(session, user)
    for account in own_accounts(session, user):
        if not account.frozen:
            account.frozen = True
            _keep_out(session, account)
            record(session, Action.ACCOUNT_FROZEN, by=by, account=account)


def lock_accounts_of(session: Session, user: User, by: User | None) -> None:
    """Lock the accounts of somebody whose sign-in password was reset, until their own are typed and proved again.

    What was typed for a set-up in the last half hour is forgotten as well:
    whoever held the link must not go on with it.
    """
    drafts = update(Draft).where(Draft.user_id == user.id, Draft.secret.is_not(None))
    session.execute(drafts.values(secret=None, secret_expires_at=None))
    _forget_passwords(session, user)
    for account in own_accounts(session, user):
        if not account.locked:
            account.locked = True
            _keep_out(session, account)
            record(session, Action.ACCOUNT_LOCKED, by=by, account=account)


def _forget_passwords(session: Session, user: User) -> None:
    """Forget what is stored for the person's servers: all of it has to be typed again anyway.

    So an account added later does not open the outgoing server of one that is kept out.
    """
    incoming = select(Account.incoming_id).where(Account.owner_id == user.id)
    for rows in (
        update(IncomingServer).where(IncomingServer.id.in_(incoming)),
        update(OutgoingServer).where(OutgoingServer.owner_id == user.id),
    ):
        session.execute(rows.values(secret=None))


def _keep_out(session: Session, account: Account) -> None:
    """Let no run that was begun before save or log in any more."""
    account.version += 1
    forget_session_secrets(session, account)
    session.flush()
