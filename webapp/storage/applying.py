"""Turns what a run proved into rows, in the transaction of its caller: a new account, a changed one, a server."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.mail.settings import Credentials, Direction
from webapp.storage.accounts import may_change
from webapp.storage.certificates import forget_elsewhere, write_accepted
from webapp.storage.describing import changed, outgoing_facts, outgoing_risks
from webapp.storage.drafts import end_draft
from webapp.storage.journal import record
from webapp.storage.models import Account, Action, Draft, DraftAim, OutgoingServer, Run
from webapp.storage.objections import NotAllowed, OutgoingServerChanged
from webapp.storage.outgoing_servers import (
    find_same,
    forget_unless_remembered,
    is_at,
    may_change_outgoing,
    settle_default,
    users_of,
)
from webapp.storage.ownership import check_may_save, owner_after
from webapp.storage.plain_consents import forget_agreed_elsewhere, write_plain_consents
from webapp.storage.proofs import Proof, proof_of, write_secret, write_server
from webapp.storage.saving import change_account, create_account
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import forget_trouble
from webapp.storage.using import details_of
from webapp.storage.versions import changed_meanwhile, take_turn, take_turn_at, touch_users
from webapp.storage.waking import check_run


def apply_saved_run(session: Session, run: Run, credentials: Credentials, box: SecretBox, now: datetime) -> Account:
    """Make of the run's proof what its draft aims at, end the draft, tell the journal; return the account.

    Raises `AccountExists`, `NotAllowed`, `AccountChanged`, `OutgoingServerChanged`:
    roll back to where the caller began then (a savepoint will do).
    """
    check_may_apply(session, run)
    proof = proof_of(run, credentials, box, now)
    if run.draft.aim is DraftAim.NEW_ACCOUNT:
        account = create_account(session, proof)
    elif run.draft.aim is DraftAim.ACCOUNT:
        account = change_account(session, proof, _account(run.draft))
    else:
        account = _save_outgoing(session, proof, _account(run.draft))
    run.account_id = account.id
    if run.draft.aim is not DraftAim.OUTGOING_SERVER:
        account.proved_run_id = run.id
    end_draft(session, run.draft, account, now=now)
    _work_again(session, proof, account)
    return account


def check_may_apply(session: Session, run: Run) -> None:
    """Raise what stands in the way of saving before anything is proved; a run that cannot be saved need not begin."""
    draft, user = run.draft, run.user
    if user.disabled:
        raise NotAllowed("this person may no longer sign in")
    if draft.aim is DraftAim.NEW_ACCOUNT:
        if draft.details.for_everyone and not user.is_admin:
            raise NotAllowed("accounts for everyone are the administrators'")
        return
    account = _account(draft)
    if draft.aim is DraftAim.ACCOUNT:
        check_may_save(session, user, account, draft.details)
        owner_id = owner_after(account, draft.details, user.id)
    else:
        owner_id = account.owner_id
        if not may_change(user, account) or (draft.outgoing and not may_change_outgoing(user, draft.outgoing)):
            raise NotAllowed("this person may not change this outgoing server")
    if draft.account_version != account.version and not _changes_server(draft):
        raise changed_meanwhile(session, account)
    _check_outgoing(draft, owner_id)
    check_run(session, run, account, details_of(account, draft.details.language))


def _work_again(session: Session, proof: Proof, account: Account) -> None:
    """Let what was proved be used at once, also by the other accounts of an outgoing server: it has one password."""
    forget_trouble(session, account, proof.now, proof.servers.keys())
    if Direction.OUTGOING in proof.servers and account.outgoing is not None:
        for user in users_of(session, account.outgoing):
            if user is not account:
                forget_trouble(session, user, proof.now, (Direction.OUTGOING,))


def _check_outgoing(draft: Draft, owner_id: int | None) -> None:
    if draft.outgoing_version is None:
        return
    if draft.outgoing is None or draft.outgoing.version != draft.outgoing_version:
        raise OutgoingServerChanged(draft.outgoing)
    if draft.outgoing.owner_id != owner_id:
        raise NotAllowed("this outgoing server belongs to somebody else")


def _changes_server(draft: Draft) -> bool:
    """Tell whether a server that exists is changed: then its version counts and not that of the proving account."""
    return draft.aim is DraftAim.OUTGOING_SERVER and draft.outgoing_version is not None


def _save_outgoing(session: Session, proof: Proof, account: Account) -> Account:
    """Change the outgoing server of the draft for all its accounts, or add one and let the account use it."""
    if proof.run.entered.address != account.address:
        raise NotAllowed("the account proves its outgoing server with its own address")
    row, settings = proof.draft.outgoing, proof.servers[Direction.OUTGOING].settings
    adds = row is None
    if row is None:
        take_turn(session, account, proof.draft.account_version)
        row = find_same(session, account.owner_id, settings) or OutgoingServer(owner_id=account.owner_id)
    else:
        take_turn_at(session, row, proof.draft.outgoing_version)
        touch_users(session, row)
    before = outgoing_facts(row) if row.id is not None else {}
    risks = outgoing_risks(account)
    _write_outgoing(session, proof, account, row, adds=adds)
    if account.outgoing is row:
        _note_login(proof, account)
    action = Action.OUTGOING_SERVER_CHANGED if before else Action.OUTGOING_SERVER_ADDED
    details = changed(before, outgoing_facts(row))
    if account.outgoing is row:
        details += changed(risks, outgoing_risks(account))
    record(session, action, by=proof.run.user, account=account, subject=row.host, details=details)
    return account


def _write_outgoing(session: Session, proof: Proof, account: Account, row: OutgoingServer, *, adds: bool) -> None:
    with session.no_autoflush:
        users = list(users_of(session, row)) if row.id is not None else []
        if adds or not is_at(row, proof.servers[Direction.OUTGOING].settings):
            for user in [account] if adds else users:
                user.trusted = user.trusted and proof.trusted  # an own word is nobody else's to trust
        write_server(row, proof, Direction.OUTGOING)
        remember = any(user.remember_password for user in ([*users, account] if adds else users or [account]))
        write_secret(row, proof, Direction.OUTGOING, remember=remember)
        typed = proof.details.description
        if typed or (typed is not None and not adds):  # adding a server that is there already takes no name away
            row.description = typed.strip()
        session.add(row)
        before = account.outgoing
        if adds:
            account.outgoing, account.for_sending = row, True
        write_accepted(proof, account)
        write_plain_consents(proof, account)
        for user in users:
            forget_elsewhere(user)
            forget_agreed_elsewhere(user)
        session.flush()
    if adds and before is not None:
        forget_unless_remembered(session, before)
    settle_default(session, row.owner_id)


def _note_login(proof: Proof, account: Account) -> None:
    """Forget that a login was refused where every server the account uses has just let it in."""
    used = {direction for direction, uses in _uses(account) if uses}
    if used <= proof.servers.keys():
        account.login_refused = False
        account.checked_at = proof.now


def _uses(account: Account) -> tuple[tuple[Direction, bool], ...]:
    return (Direction.INCOMING, account.for_receiving), (Direction.OUTGOING, account.for_sending)


def _account(draft: Draft) -> Account:
    if draft.account is None:
        raise NotAllowed("the account is gone")
    return draft.account
