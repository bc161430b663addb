"""Turns a run that proved every used direction into an account, in the transaction of its caller."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.detection.types import Entered, Findings, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Credentials, Direction, Security
from webapp.storage.base import utc_now
from webapp.storage.drafts import end_draft
from webapp.storage.models import Account, IncomingServer, OutgoingServer, Run
from webapp.storage.secrets import SecretBox, place_of

# What a person typed without a source proves nothing about the domain to the next person.
_OWN_WORD = frozenset({Source.ENTERED, Source.ASSUMPTION})


class AccountExists(Exception):
    """The owner already has an account of this address."""

    def __init__(self, account: Account) -> None:
        super().__init__(f"account {account.id} has this address")
        self.account = account


class NotAllowed(Exception):
    """The person may not save this account."""


def find_duplicate(session: Session, address: str, owner_id: int | None) -> Account | None:
    """Return the owner's account of the same address; owner None is everyone."""
    same = select(Account).where(Account.address_key == address_key(address))
    return session.scalar(same.where(Account.owner_id.is_not_distinct_from(owner_id)))


def address_key(address: str) -> str:
    """Return the form in which two spellings of one address are equal."""
    return f"{address.rpartition('@')[0].casefold()}@{Entered(address).domain}"


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
    servers = {direction: _server(run, server, credentials, box, now) for direction, server in proved.items()}
    session.add_all(servers.values())
    session.flush()
    account = _account(run, owner_id, tuple(proved.values()), now)
    account.incoming, account.outgoing = servers.get(Direction.INCOMING), servers.get(Direction.OUTGOING)
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


def _server(run: Run, proved: ProvedServer, credentials: Credentials, box: SecretBox, now: datetime) -> IncomingServer | OutgoingServer:
    settings = proved.settings
    kind = OutgoingServer if settings.direction is Direction.OUTGOING else IncomingServer
    server = kind(protocol=settings.protocol, host=settings.host, port=settings.port, security=settings.security)
    server.username, server.auth_method = settings.username, settings.auth_methods[0]
    server.pinned_sha256, server.proved_at = proved.pinned_sha256, now
    logs_in = settings.auth_methods[0] is not AuthMethod.NONE
    if settings.security is Security.NONE and logs_in:
        if f"{settings.host}:{settings.port}" not in run.consent.plain_hosts:
            raise ValueError("a plain-text login was proved without consent")
        server.plain_consented_by_id, server.plain_consented_at = run.user_id, now
    if run.draft.details.remember_password and logs_in:
        server.secret = box.encrypt(credentials.secret(settings.direction), place_of(server.settings()))
    return server


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
