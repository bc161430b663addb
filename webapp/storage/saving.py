"""Turns a run that proved every used direction into an account, in the transaction of its caller."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.detection.types import Findings, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Credentials, Direction, Security
from webapp.storage.accounts import address_key, find_duplicate
from webapp.storage.base import utc_now
from webapp.storage.drafts import end_draft
from webapp.storage.models import Account, IncomingServer, OutgoingServer, Run
from webapp.storage.models.servers import ServerColumns
from webapp.storage.objections import AccountExists, NotAllowed
from webapp.storage.secrets import SecretBox, place_of

# What a person typed without a source proves nothing about the domain to the next person.
_OWN_WORD = frozenset({Source.ENTERED, Source.ASSUMPTION})


def create_account_from_run(
    session: Session, run: Run, credentials: Credentials, box: SecretBox, *, now: datetime | None = None
) -> Account:
    """Create the account from the run's stored outcome and end its draft.

    Raises `AccountExists`, and `NotAllowed` when an account for everyone is
    no longer the person's to make.
    """
    now = now or utc_now()
    owner_id = None if run.draft.details.for_everyone else run.user_id
    if run.user.disabled or (owner_id is None and not run.user.is_admin):
        raise NotAllowed("this person may not make this account")
    existing = find_duplicate(session, run.entered.address, owner_id)
    if existing is not None:
        raise AccountExists(existing)
    proved = _proved_servers(run)
    account = _account(run, owner_id, tuple(proved.values()), now)
    if Direction.INCOMING in proved:
        account.incoming = IncomingServer()
        _write(account.incoming, run, proved[Direction.INCOMING], credentials, box, now)
    if Direction.OUTGOING in proved:
        account.outgoing = OutgoingServer(owner_id=owner_id)
        _write(account.outgoing, run, proved[Direction.OUTGOING], credentials, box, now)
    session.add(account)
    session.flush()
    account.proved_run_id, run.account_id = run.id, account.id
    end_draft(session, run.draft, account, now=now)
    return account


def _proved_servers(run: Run) -> dict[Direction, ProvedServer]:
    """Return the proved server of every used direction; a missing one is a fault of the program."""
    findings = run.outcome.findings if run.outcome else Findings()
    chosen = {direction: findings.chosen(direction) for direction in run.entered.wanted()}
    proved = {direction: server for direction, server in chosen.items() if server is not None}
    if not proved or len(proved) < len(chosen):
        raise ValueError("a run that did not prove every used direction creates no account")
    return proved


def _write(
    server: ServerColumns, run: Run, proved: ProvedServer, credentials: Credentials, box: SecretBox, now: datetime
) -> None:
    settings = proved.settings
    server.protocol, server.host, server.port = settings.protocol, settings.host, settings.port
    server.security = settings.security
    server.username, server.auth_method = settings.username, settings.auth_methods[0]
    server.pinned_sha256, server.proved_at = proved.pinned_sha256, now
    logs_in = settings.auth_methods[0] is not AuthMethod.NONE
    if settings.security is Security.NONE and logs_in:
        if f"{settings.host}:{settings.port}" not in run.consent.plain_hosts:
            raise ValueError("a plain-text login was proved without consent")
        server.plain_consented_by_id, server.plain_consented_at = run.user_id, now
    if run.draft.details.remember_password and logs_in:
        server.secret = box.encrypt(credentials.secret(settings.direction), place_of(server.settings()))


def _account(run: Run, owner_id: int | None, proved: tuple[ProvedServer, ...], now: datetime) -> Account:
    # What was proved is what `entered` says; the draft adds only what no server cares about.
    entered, details = run.entered, run.draft.details
    return Account(
        owner_id=owner_id,
        title=details.title or entered.address,
        sender_name=details.sender_name,
        address=entered.address,
        address_key=address_key(entered.address),
        domain=entered.domain,
        for_sending=entered.for_sending,
        for_receiving=entered.for_receiving,
        load_since=details.load_since,
        automatic=details.automatic and details.remember_password,
        remember_password=details.remember_password,
        source=proved[0].source,
        trusted=all(server.trusted and server.source not in _OWN_WORD for server in proved),
        created_by_id=run.user_id,
        created_at=now,
        proved_at=now,
    )
