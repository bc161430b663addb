"""Changes of an account that touch no server: they save at once, unless somebody else was quicker."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from webapp.storage.account_uses import check_uses
from webapp.storage.base import utc_now
from webapp.storage.load_since import look_again, reaches_back
from webapp.storage.models import Account, User
from webapp.storage.objections import PasswordNeeded
from webapp.storage.recorded_change import recorded_change
from webapp.storage.traffic import keep_rows, rest


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
    with recorded_change(session, user, account, version):
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
    with recorded_change(session, user, account, version):
        account.load_since, account.automatic = letters.load_since, letters.automatic or account.is_system
        account.keep_on_server, account.delete_after_days = letters.keep_on_server, letters.delete_after_days
        account.for_sending, account.for_receiving = letters.for_sending, letters.for_receiving
    if more:
        look_again(session, account)
    if not account.automatic:
        rest(session, account)
    keep_rows(session, utc_now(), account)


def let_people_send(session: Session, user: User, account: Account, allowed: bool, version: int) -> None:
    """Let people send with the system account, or no longer. Raises `NotAllowed`, `AccountChanged`."""
    with recorded_change(session, user, account, version):
        account.people_may_send = allowed
