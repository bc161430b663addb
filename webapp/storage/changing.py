"""Changes of an account that touch no server: they save at once, unless somebody else was quicker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from webapp.storage.models import Account, User
from webapp.storage.objections import AccountChanged, NoServer, NotAllowed, NoUse, PasswordNeeded

__all__ = [
    "AccountChanged",
    "Letters",
    "NoServer",
    "NoUse",
    "NotAllowed",
    "PasswordNeeded",
    "Profile",
    "UsesChanged",
    "change_letters",
    "change_profile",
    "change_uses",
    "forget_password",
    "freeze_accounts_of",
    "let_people_send",
    "lock_accounts_of",
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


@dataclass(frozen=True)
class UsesChanged:
    """Ids of the accounts whose uses were changed, and those that could not be, each with its address."""

    changed: tuple[int, ...]
    skipped: tuple[tuple[int, str], ...]


def change_profile(session: Session, user: User, account: Account, profile: Profile, version: int) -> None:
    """Rename the account; raises `NotAllowed` and `AccountChanged`."""
    raise NotImplementedError


def change_letters(session: Session, user: User, account: Account, letters: Letters, version: int) -> None:
    """Change what is done with letters.

    Raises `NotAllowed`, `AccountChanged`, `PasswordNeeded` (automatic without
    a remembered password), `NoServer`, `NoUse`.
    """
    raise NotImplementedError


def forget_password(session: Session, user: User, account: Account, version: int) -> None:
    """Wipe the stored password at once; the account is no longer automatic. Raises `NotAllowed`, `AccountChanged`."""
    raise NotImplementedError


def let_people_send(session: Session, user: User, account: Account, allowed: bool, version: int) -> None:
    """Let people send with the system account, or no longer. Raises `NotAllowed`, `AccountChanged`."""
    raise NotImplementedError


def change_uses(
    session: Session, user: User, account_ids: Iterable[int], for_sending: bool | None, for_receiving: bool | None
) -> UsesChanged:
    """Change the uses of many accounts, whosever, for an administrator (else `NotAllowed`); None leaves a use alone.

    Skipped are accounts whose server for the use was never proved, and those
    that would be left without any use.
    """
    raise NotImplementedError


def freeze_accounts_of(session: Session, user: User, by: User | None) -> None:
    """Freeze the accounts of somebody who has left: never used, until handed over or proved again."""


def lock_accounts_of(session: Session, user: User, by: User | None) -> None:
    """Lock the accounts of somebody whose sign-in password was reset, until their own are typed and proved again."""
