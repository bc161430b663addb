"""Writes an account from a proof: a new one, or one that exists, as its draft says; for `applying` only."""

from collections.abc import Iterable

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.mail.settings import Direction
from webapp.storage.accounts import address_key, find_by_key, news_key
from webapp.storage.another_mailbox import forget_numbers, is_another
from webapp.storage.certificates import write_accepted
from webapp.storage.credentials import forget_session_secrets, keep_for_session
from webapp.storage.describing import changed, facts_of
from webapp.storage.journal import record
from webapp.storage.load_since import look_again, reaches_back
from webapp.storage.models import Account, AccountKind, Action, IncomingServer, User
from webapp.storage.objections import AccountExists, NotAllowed
from webapp.storage.ownership import owner_after
from webapp.storage.placing import leave_outgoing, place_outgoing
from webapp.storage.plain_consents import write_plain_consents
from webapp.storage.proofs import Proof, write_secret, write_server
from webapp.storage.secrets import place_of
from webapp.storage.versions import take_turn


def create_account(session: Session, proof: Proof) -> Account:
    """Return the account a draft wanted; raises `AccountExists`."""
    details, run = proof.details, proof.run
    owner_id = None if details.for_everyone else run.user_id
    _check_free(session, proof, details.kind, owner_id, None)
    account = Account(kind=details.kind, owner_id=owner_id, created_by_id=run.user_id, created_at=proof.now)
    account.is_system = False
    _write(session, proof, account, owner_id)
    record(session, Action.ACCOUNT_ADDED, by=run.user, account=account, details=changed({}, facts_of(account)))
    return account


def change_account(session: Session, proof: Proof, account: Account) -> Account:
    """Make the account what its draft says; raises `AccountChanged`, `AccountExists`, `NotAllowed`."""
    owner_id = owner_after(account, proof.details, proof.run.user_id)
    moved = owner_id != account.owner_id
    _check_free(session, proof, account.kind, owner_id, account)
    if moved:
        _check_same_mailbox(proof, account)
    before, action = facts_of(account), _action(proof, account, moved)
    was_frozen, old_owner_id, loaded_since = account.frozen, account.owner_id, account.load_since
    take_turn(session, account, proof.draft.account_version)
    forget_session_secrets(session, account)
    _write(session, proof, account, owner_id)
    if reaches_back(loaded_since, account.load_since):
        look_again(session, account)
    if moved:
        _leave_behind(session, account)
    details = changed(before, facts_of(account))
    if moved:
        _tell_old_owner(session, proof, account, old_owner_id, details)
    record(session, action, by=proof.run.user, account=account, details=details)
    if was_frozen:
        record(session, Action.ACCOUNT_UNFROZEN, by=proof.run.user, account=account, owner_id=old_owner_id)
    return account


def _write(session: Session, proof: Proof, account: Account, owner_id: int | None) -> None:
    with session.no_autoflush:  # the database sees the account whole or not at all
        moved = account.id is not None and account.owner_id != owner_id
        before = account.incoming.settings() if account.incoming is not None else None
        _write_fields(proof, account)
        _write_incoming(proof, account, moved)
        if Direction.OUTGOING in proof.servers:
            place_outgoing(session, proof, account, owner_id)
        elif moved:
            leave_outgoing(session, account, owner_id)
        account.owner_id = owner_id
        write_accepted(proof, account, moved=moved)
        write_plain_consents(proof, account, moved=moved)
        session.add(account)
        session.flush()
    if before is not None and account.incoming is not None and is_another(before, account.incoming.settings()):
        forget_numbers(session, account)
    if not account.remember_password and proof.draft.session is not None:
        keep_for_session(session, proof.box, proof.draft.session, account, proof.credentials)


def _write_fields(proof: Proof, account: Account) -> None:
    """Write what is no server; what was proved is what `entered` says, the draft adds what no server cares about."""
    entered, details = proof.run.entered, proof.details
    account.title = details.title or ("" if account.is_system else entered.address)
    account.sender_name, account.reply_to, account.signature = details.sender_name, details.reply_to, details.signature
    account.address, account.domain = entered.address, entered.domain
    account.address_key = _key(proof, details.kind)
    account.for_sending, account.for_receiving = entered.for_sending, entered.for_receiving
    account.load_since, account.keep_on_server = details.load_since, details.keep_on_server
    account.delete_after_days = details.delete_after_days
    account.remember_password = details.remember_password or account.is_system
    account.automatic = account.is_system or (details.automatic and account.remember_password)
    account.source, account.trusted = proof.source, proof.trusted and _rest_trusted(proof, account)
    account.frozen = account.locked = account.login_refused = False
    account.proved_at = account.checked_at = proof.now


def _rest_trusted(proof: Proof, account: Account) -> bool:
    """Tell whether the server that was not proved now, if the account has one, came from a trusted source."""
    rows = {Direction.INCOMING: account.incoming, Direction.OUTGOING: account.outgoing}
    rest = [row for direction, row in rows.items() if row is not None and direction not in proof.servers]
    return account.trusted or not rest


def _write_incoming(proof: Proof, account: Account, moved: bool) -> None:
    if Direction.INCOMING in proof.servers:
        account.incoming = account.incoming or IncomingServer()
        write_server(account.incoming, proof, Direction.INCOMING)
        write_secret(account.incoming, proof, Direction.INCOMING, remember=account.remember_password)
    elif account.incoming is not None and (moved or not account.remember_password):
        account.incoming.secret = None


def _check_free(
    session: Session, proof: Proof, kind: AccountKind, owner_id: int | None, account: Account | None
) -> None:
    other = find_by_key(session, _key(proof, kind), owner_id)
    if other is not None and other is not account:
        raise AccountExists(other)


def _key(proof: Proof, kind: AccountKind) -> str:
    if kind is AccountKind.NEWS:
        return news_key(proof.servers[Direction.INCOMING].settings)
    return address_key(proof.run.entered.address)


def _check_same_mailbox(proof: Proof, account: Account) -> None:
    """Raise `NotAllowed` if handing over would redirect: another address, another server (DESIGN 5.3)."""
    rows = {Direction.INCOMING: account.incoming, Direction.OUTGOING: account.outgoing}
    for direction, server in proof.servers.items():
        row = rows[direction]
        if row is None or place_of(row.settings()) != place_of(server.settings):
            raise NotAllowed("an account is handed over as it is")
    if proof.run.entered.address != account.address:
        raise NotAllowed("an account is handed over as it is")


def _action(proof: Proof, account: Account, moved: bool) -> Action:
    if moved:
        return Action.ACCOUNT_HANDED_OVER
    rows = {Direction.INCOMING: account.incoming, Direction.OUTGOING: account.outgoing}
    places = [(rows[direction], server.settings) for direction, server in proof.servers.items()]
    same = all(row is not None and place_of(row.settings()) == place_of(settings) for row, settings in places)
    return Action.PASSWORD_REPLACED if same and proof.draft.secret is not None else Action.ACCOUNT_CHANGED


def _tell_old_owner(
    session: Session, proof: Proof, account: Account, owner_id: int | None, details: Iterable[tuple[str, str]]
) -> None:
    """Let whoever had the account read in the journal that it is gone and whose it is; of the rest nothing."""
    by = proof.run.user
    if owner_id is None or owner_id == by.id:  # administrators read everything, and all read what they did
        return
    whose = [(name, words) for name, words in details if name == "for_whom"]
    record(session, Action.ACCOUNT_HANDED_OVER, by=by, account=account, owner_id=owner_id, details=whose)


def _leave_behind(session: Session, account: Account) -> None:
    """Let nobody's lists begin with an account they no longer see."""
    users = update(User).where(User.default_account_id == account.id)
    if account.owner_id is None:
        return
    session.execute(users.where(User.id != account.owner_id).values(default_account_id=None))
