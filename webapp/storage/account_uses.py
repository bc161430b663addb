"""What accounts are used for: whether a use can be turned on, and the change of many accounts at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from webapp.mail.settings import AuthMethod, Direction
from webapp.storage.accounts import may_change
from webapp.storage.describing import changed, facts_of
from webapp.storage.journal import record
from webapp.storage.models import Account, Action, User
from webapp.storage.models.servers import ServerColumns
from webapp.storage.objections import AccountWaits, NoServer, NotAllowed, NoUse, PasswordNeeded
from webapp.storage.waiting import check_awake


@dataclass(frozen=True)
class UsesChanged:
    """Ids of the accounts whose uses were changed, and those that could not be, each with its address.

    `personal` are other people's own accounts: those are their owners' to change.
    """

    changed: tuple[int, ...]
    skipped: tuple[tuple[int, str], ...]
    personal: tuple[tuple[int, str], ...] = ()


def check_uses(account: Account, for_sending: bool, for_receiving: bool) -> None:
    """Raise why an account cannot be used so: `NoUse`, `NoServer`, `PasswordNeeded`."""
    if not (for_sending or for_receiving):
        raise NoUse
    if for_sending and not account.for_sending:
        _check_server(account, account.outgoing, Direction.OUTGOING)
    if for_receiving and not account.for_receiving:
        _check_server(account, account.incoming, Direction.INCOMING)


def change_uses(
    session: Session, user: User, account_ids: Iterable[int], for_sending: bool | None, for_receiving: bool | None
) -> UsesChanged:
    """Change the uses of many accounts for an administrator (else `NotAllowed`); None leaves a use alone.

    Skipped are accounts whose server for the use, or its password, was never proved, those that
    would be left without any use or wait for their password, and personal accounts of others (DESIGN 5.3).
    """
    if not user.is_admin:
        raise NotAllowed("only administrators change many accounts at once")
    done: list[int] = []
    skipped: list[tuple[int, str]] = []
    personal: list[tuple[int, str]] = []
    for account in _locked(session, account_ids):
        if not may_change(user, account):
            personal.append((account.id, account.address))
            continue
        sending = account.for_sending if for_sending is None else for_sending
        receiving = account.for_receiving if for_receiving is None else for_receiving
        try:
            if _change_uses(session, user, account, sending, receiving):
                done.append(account.id)
        except (AccountWaits, NoServer, NoUse, PasswordNeeded):
            skipped.append((account.id, account.address))
    return UsesChanged(tuple(done), tuple(skipped), tuple(personal))


def _locked(session: Session, account_ids: Iterable[int]) -> Sequence[Account]:
    """Return the accounts with their rows locked, as they are now: nobody changes them between reading and writing."""
    wanted = Account.id.in_(list(account_ids))
    session.execute(
        update(Account).where(wanted).values(version=Account.version), execution_options={"synchronize_session": False}
    )
    accounts = select(Account).where(wanted).order_by(Account.id).options(joinedload(Account.owner))
    return session.scalars(accounts.execution_options(populate_existing=True)).all()


def _change_uses(session: Session, user: User, account: Account, for_sending: bool, for_receiving: bool) -> bool:
    """Change one account's uses; tell whether there was anything to change."""
    if (account.for_sending, account.for_receiving) == (for_sending, for_receiving):
        return False
    check_awake(account)
    check_uses(account, for_sending, for_receiving)
    before = facts_of(account)
    account.for_sending, account.for_receiving = for_sending, for_receiving
    account.version += 1
    record(session, Action.ACCOUNT_CHANGED, by=user, account=account, details=changed(before, facts_of(account)))
    session.flush()
    return True


def _check_server(account: Account, server: ServerColumns | None, direction: Direction) -> None:
    """Raise why a use cannot be turned on: its server was never proved, or its password is not remembered like all."""
    if server is None:
        raise NoServer(direction)
    if account.remember_password and server.secret is None and server.auth_method is not AuthMethod.NONE:
        raise PasswordNeeded(direction)
