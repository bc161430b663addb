"""What an account was trusted with, taken back at once: its stored password, a certificate accepted for it."""

from sqlalchemy.orm import Session

from webapp.mail.settings import Direction
from webapp.storage.certificates import accepted_at
from webapp.storage.models import Account, Action, User
from webapp.storage.objections import PasswordNeeded
from webapp.storage.outgoing_servers import forget_unless_remembered
from webapp.storage.recorded_change import recorded_change
from webapp.storage.traffic import forget_refusals


def forget_password(session: Session, user: User, account: Account, version: int) -> None:
    """Wipe the stored password at once; the account is no longer automatic.

    Raises `NotAllowed`, `AccountChanged`, and `PasswordNeeded` for the system account.
    """
    if account.is_system:
        raise PasswordNeeded
    with recorded_change(session, user, account, version, Action.PASSWORD_FORGOTTEN):
        account.remember_password = account.automatic = False
        account.login_refused = False  # it told of the password that is gone
        forget_refusals(session, account)
        if account.incoming is not None:
            account.incoming.secret = None
        if account.outgoing is not None:
            forget_unless_remembered(session, account.outgoing)


def withdraw_certificate(session: Session, user: User, account: Account, direction: Direction, version: int) -> None:
    """Accept a server's certificate no longer: the next connection verifies it, and asks if it does not pass.

    Raises `NotAllowed`, `AccountWaits`, `AccountChanged`; where nothing was accepted nothing happens.
    """
    row = account.incoming if direction is Direction.INCOMING else account.outgoing
    with recorded_change(session, user, account, version):
        accepted = accepted_at(account, row)
        account.accepted = [one for one in account.accepted if one is not accepted]
        if accepted is not None and account.outgoing is not None and row is account.outgoing:
            account.outgoing.version += 1  # whoever is changing the server began with what was accepted
