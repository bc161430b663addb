"""Changes of an account that touch no server: they save at once, unless somebody else was quicker."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from webapp.mail.settings import Direction
from webapp.storage.account_uses import check_uses
from webapp.storage.accounts import may_change
from webapp.storage.base import utc_now
from webapp.storage.certificates import accepted_at
from webapp.storage.describing import changed, facts_of
from webapp.storage.journal import record
from webapp.storage.keeping_out import freeze_accounts_of, lock_accounts_of
from webapp.storage.load_since import look_again, reaches_back
from webapp.storage.models import Account, Action, User
from webapp.storage.objections import AccountChanged, AccountWaits, NoServer, NotAllowed, NoUse, PasswordNeeded
from webapp.storage.outgoing_servers import forget_unless_remembered
from webapp.storage.traffic import forget_refusals, keep_rows, rest
from webapp.storage.versions import take_turn
from webapp.storage.waiting import check_awake

__all__ = [
    "AccountChanged",
    "AccountWaits",
    "Letters",
    "NoServer",
    "NoUse",
    "NotAllowed",
    "PasswordNeeded",
    "Profile",
    "change_letters",
    "change_profile",
    "forget_password",
    "freeze_accounts_of",
    "let_people_send",
    "lock_accounts_of",
    "withdraw_certificate",
]


@dataclass(frozen=True)
class Profile:
    """What letters and lists call an account; an empty title is the address (the system account: its name)."""

    title: str
    sender_name: str
    reply_to: str | None = None
    signature: str = ""


@dataclass(frozen=True)
class Letters:
    """What is done with letters; `delete_after_days` None = copies stay on a POP3 server for ever."""

    load_since: date | None = None
    automatic: bool = False
    keep_on_server: bool = True
    delete_after_days: int | None = None
    for_sending: bool = True
    for_receiving: bool = True


def change_profile(session: Session, user: User, account: Account, profile: Profile, version: int) -> None:
    """Rename the account; raises `NotAllowed`, `AccountWaits` and `AccountChanged` (as all changes here)."""
    with _changing(session, user, account, version):
        account.title = profile.title or ("" if account.is_system else account.address)
        account.sender_name, account.reply_to = profile.sender_name, profile.reply_to
        account.signature = profile.signature


def change_letters(session: Session, user: User, account: Account, letters: Letters, version: int) -> None:
    """Change what is done with letters.

    Raises `NotAllowed`, `AccountChanged`, `PasswordNeeded` (automatic without
    a remembered password, or a use of a server whose own is not), `NoServer`, `NoUse`.
    """
    check_uses(account, letters.for_sending, letters.for_receiving)
    if letters.automatic and not account.remember_password:
        raise PasswordNeeded
    more = reaches_back(account.load_since, letters.load_since)
    with _changing(session, user, account, version):
        account.load_since, account.automatic = letters.load_since, letters.automatic or account.is_system
        account.keep_on_server, account.delete_after_days = letters.keep_on_server, letters.delete_after_days
        account.for_sending, account.for_receiving = letters.for_sending, letters.for_receiving
    if more:
        look_again(session, account)
    if not account.automatic:
        rest(session, account)
    keep_rows(session, utc_now(), account)


def forget_password(session: Session, user: User, account: Account, version: int) -> None:
    """Wipe the stored password at once; the account is no longer automatic.

    Raises `NotAllowed`, `AccountChanged`, and `PasswordNeeded` for the system account.
    """
    if account.is_system:
        raise PasswordNeeded
    with _changing(session, user, account, version, Action.PASSWORD_FORGOTTEN):
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
    with _changing(session, user, account, version):
        accepted = accepted_at(account, row)
        account.accepted = [one for one in account.accepted if one is not accepted]
        if accepted is not None and account.outgoing is not None and row is account.outgoing:
            account.outgoing.version += 1  # whoever is changing the server began with what was accepted


def let_people_send(session: Session, user: User, account: Account, allowed: bool, version: int) -> None:
    """Let people send with the system account, or no longer. Raises `NotAllowed`, `AccountChanged`."""
    with _changing(session, user, account, version):
        account.people_may_send = allowed


@contextmanager
def _changing(
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
