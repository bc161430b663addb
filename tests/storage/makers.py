"""Rows and values the tests of storage and of the runner start from."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Credentials, Protocol, Security, ServerSettings
from webapp.storage.base import utc_now
from webapp.storage.drafts import create_draft
from webapp.storage.models import Account, Draft, DraftDetails, Run, RunPurpose, RunState, User
from webapp.storage.runs import create_run
from webapp.storage.saving import create_account_from_run
from webapp.storage.secrets import SecretBox
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
    account = create_account_from_run(session, run, CREDENTIALS, box)
    session.commit()
    return account
