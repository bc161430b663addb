"""Why a change of an account is not made: each reason an exception, each carrying what its page must say."""

from datetime import datetime

from webapp.mail.settings import Direction
from webapp.storage.models import Account, OutgoingServer


class NotAllowed(Exception):
    """The person may not make or change this."""


class AccountWaits(NotAllowed):
    """The account is locked or frozen: nothing of it changes before the mailbox password was typed and proved."""

    def __init__(self, account: Account) -> None:
        super().__init__(f"account {account.id} waits for its password")
        self.account = account


class AccountExists(Exception):
    """The owner already has an account of this address."""

    def __init__(self, account: Account) -> None:
        super().__init__(f"account {account.id} has this address")
        self.account = account


class AccountChanged(Exception):
    """Somebody else changed the account (now with its newest values) since the person saw it.

    `by` (None: not known, or the program itself) did so at `at`.
    """

    def __init__(self, account: Account, by: str | None = None, at: datetime | None = None) -> None:
        super().__init__(f"account {account.id} was changed meanwhile")
        self.account, self.by, self.at = account, by, at


class OutgoingServerChanged(Exception):
    """Somebody else changed or removed the outgoing server since the person saw it."""

    def __init__(self, server: OutgoingServer | None) -> None:
        super().__init__("the outgoing server was changed meanwhile")
        self.server = server


class PasswordNeeded(Exception):
    """An automatic account needs a remembered password; `direction` names the one server whose password is not."""

    def __init__(self, direction: Direction | None = None) -> None:
        super().__init__("the password must be remembered")
        self.direction = direction


class NoServer(Exception):
    """A use cannot be turned on whose server was never proved."""

    def __init__(self, direction: Direction) -> None:
        super().__init__(f"no {direction} server was proved")
        self.direction = direction


class NoUse(Exception):
    """An account must be for sending or for receiving."""


class SystemAccountStays(Exception):
    """The system account is never deleted, handed over or frozen."""


class InUse(Exception):
    """An outgoing server is not deleted while accounts send through it."""

    def __init__(self, accounts: tuple[Account, ...]) -> None:
        super().__init__(f"{len(accounts)} accounts use this server")
        self.accounts = accounts
