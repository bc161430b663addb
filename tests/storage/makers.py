"""Rows and values the tests of storage and of the runner start from."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Credentials, Protocol, Security, ServerSettings
from webapp.storage.accounts import address_key, news_key, system_account
from webapp.storage.applying import apply_saved_run
from webapp.storage.base import utc_now
from webapp.storage.drafts import create_draft
from webapp.storage.models import (
    AcceptedCertificate,
    Account,
    AccountKind,
    Draft,
    DraftDetails,
    IncomingServer,
    OutgoingServer,
    PlainConsent,
    Run,
    RunPurpose,
    RunState,
    User,
)
from webapp.storage.models.servers import ServerColumns
from webapp.storage.runs import create_run
from webapp.storage.secrets import SecretBox, place_of
from webapp.storage.users import create_user

SECRET = "kanarienvogel-7Qx!ß"
CREDENTIALS = Credentials(SECRET)
ENTERED = Entered("anna@uspeh.test")
DETAILS = DraftDetails("anna@uspeh.test", "Анна")

IMAP = ProvedServer(
    settings=ServerSettings(Protocol.IMAP, "imap.uspeh.test", 993, Security.TLS, "anna@uspeh.test"),
    source=Source.AUTOCONFIG,
    trusted=True,
    registrable_domain="uspeh.test",
    username_fixed=True,
)
SMTP = replace(IMAP, settings=ServerSettings(Protocol.SMTP, "smtp.uspeh.test", 465, Security.TLS, "anna@uspeh.test"))
FINDINGS = Findings((IMAP,), (SMTP,), provider_name="Успех")
PROVED = Outcome(OutcomeKind.FOUND, FINDINGS)


def plain(server: ProvedServer) -> ProvedServer:
    """Return the same server without TLS."""
    return replace(server, settings=replace(server.settings, security=Security.NONE))


def without_login(server: ProvedServer) -> ProvedServer:
    """Return the same server, nobody logging in."""
    settings = replace(server.settings, username=None, auth_methods=(AuthMethod.NONE,))
    return replace(server, settings=settings)


def person(session: Session, name: str = "anna", *, is_admin: bool = False) -> User:
    """Return a committed person without a password (hashing one is slow)."""
    user = create_user(session, name, is_admin=is_admin)
    session.commit()
    return user


def draft_of(
    session: Session,
    box: SecretBox,
    user: User,
    details: DraftDetails = DETAILS,
    credentials: Credentials | None = CREDENTIALS,
) -> Draft:
    """Return a committed draft."""
    draft = create_draft(session, box, user, details, credentials)
    session.commit()
    return draft


def run_of(
    session: Session,
    draft: Draft,
    purpose: RunPurpose = RunPurpose.DETECT,
    entered: Entered | None = None,
    consent: Consent | None = None,
    findings: Findings | None = None,
    now: datetime | None = None,
) -> Run:
    """Return a committed run."""
    entered = entered or Entered(draft.details.address)
    run = create_run(session, draft, purpose, entered, consent, findings, now=now)
    session.commit()
    return run


def account_of(
    session: Session,
    box: SecretBox,
    user: User,
    details: DraftDetails = DETAILS,
    findings: Findings = FINDINGS,
    consent: Consent | None = None,
) -> Account:
    """Return a committed account that a run proved."""
    run = run_of(session, draft_of(session, box, user, details), RunPurpose.SAVE, consent=consent)
    run.outcome = Outcome(OutcomeKind.SAVED, findings)
    run.state, run.finished_at = RunState.FINISHED, utc_now()
    session.commit()
    account = apply_saved_run(session, run, CREDENTIALS, box, utc_now())
    session.commit()
    return account


def lay_account(
    session: Session,
    box: SecretBox,
    owner_id: int | None,
    created_by_id: int | None = None,
    *,
    address: str = DETAILS.address,
    title: str | None = None,
    sender_name: str = "Анна Петрова",
    system: bool = False,
    news: bool = False,
    remember: bool = True,
    credentials: Credentials = CREDENTIALS,
    incoming: ProvedServer | None = IMAP,
    outgoing: ProvedServer | OutgoingServer | None = SMTP,
    automatic: bool | None = None,
    plain_consented_by_id: int | None = None,
) -> Account:
    """Return a flushed account as a proof would have left it, without the proof; its secrets really open.

    `system` fills the system account. An `OutgoingServer` is shared with the accounts that have it already;
    what was accepted of its certificate, or agreed to, stays theirs.
    """
    account = system_account(session) if system else Account(automatic=False)
    account.kind, account.owner_id = AccountKind.NEWS if news else AccountKind.MAIL, None if system else owner_id
    account.title, account.sender_name, account.address = address if title is None else title, sender_name, address
    account.domain, account.source, account.trusted = address.rpartition("@")[2], Source.AUTOCONFIG, True
    account.for_receiving, account.for_sending = incoming is not None, outgoing is not None and not news
    account.remember_password, account.automatic = remember, system if automatic is None else automatic
    account.created_by_id = created_by_id if created_by_id is not None else account.owner_id
    account.proved_at = account.checked_at = utc_now()
    if incoming is not None:
        account.incoming = IncomingServer()
        _lay_server(account.incoming, incoming, box, credentials if remember else None)
    if isinstance(outgoing, OutgoingServer):
        account.outgoing = outgoing
    elif outgoing is not None and not news:
        account.outgoing = OutgoingServer(owner_id=account.owner_id)
        _lay_server(account.outgoing, outgoing, box, credentials if remember else None)
        others = select(OutgoingServer.id).where(OutgoingServer.owner_id.is_not_distinct_from(account.owner_id))
        account.outgoing.is_default = session.scalar(others.limit(1)) is None
    for server in (incoming, outgoing):
        if isinstance(server, ProvedServer) and server.pinned_sha256 is not None:
            place = f"{server.settings.host}:{server.settings.port}"
            account.accepted.append(AcceptedCertificate(place=place, sha256=server.pinned_sha256))
        if isinstance(server, ProvedServer) and server.settings.security is Security.NONE and plain_consented_by_id:
            account.plain_consents.append(_consent(server.settings, plain_consented_by_id))
    account.address_key = news_key(incoming.settings) if news and incoming else address_key(address)
    session.add(account)
    session.flush()
    return account


def _consent(settings: ServerSettings, agreed_by_id: int) -> PlainConsent:
    return PlainConsent(
        place=f"{settings.host}:{settings.port}",
        password=settings.auth_methods[0] is not AuthMethod.NONE,
        agreed_by_id=agreed_by_id,
        agreed_at=utc_now(),
    )


def _lay_server(row: ServerColumns, server: ProvedServer, box: SecretBox, credentials: Credentials | None) -> None:
    settings = server.settings
    row.protocol, row.host, row.port, row.security = settings.protocol, settings.host, settings.port, settings.security
    row.auth_method, row.username = settings.auth_methods[0], settings.username
    row.pinned_sha256, row.proved_at = server.pinned_sha256, utc_now()
    if credentials is not None and settings.auth_methods[0] is not AuthMethod.NONE:
        row.secret = box.encrypt(credentials.secret(settings.direction), place_of(settings))


def saved_accounts(session: Session) -> list[Account]:
    """Return the accounts that were saved, so not the system account before its set-up."""
    return list(session.scalars(select(Account).where(Account.proved_at.is_not(None)).order_by(Account.id)))
