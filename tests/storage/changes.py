"""Changes of saved accounts as a test begins and ends them, and the rows they must or must not touch."""

from dataclasses import replace
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.storage.makers import person
from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind, ProvedServer
from webapp.mail.settings import Credentials, Direction
from webapp.storage.applying import apply_saved_run
from webapp.storage.base import utc_now
from webapp.storage.browser_sessions import open_session
from webapp.storage.credentials import resolve
from webapp.storage.models import (
    Account,
    BrowserSession,
    Draft,
    DraftAim,
    DraftDetails,
    OutgoingServer,
    Run,
    RunPurpose,
    RunState,
    User,
)
from webapp.storage.runs import create_run
from webapp.storage.secrets import SecretBox
from webapp.storage.using import (
    begin_change,
    begin_check_draft,
    consent_of,
    details_of,
    entered_of,
    findings_of_account,
)

NEW_SECRET = "waldlauf-2027-ё"
TYPED = Credentials(NEW_SECRET)
OTHER_HOST = "imap.elsewhere.test"


def moved(server: ProvedServer, host: str = OTHER_HOST, **settings: Any) -> ProvedServer:
    """Return the server at another place."""
    return replace(server, settings=replace(server.settings, host=host, **settings))


def run_from(
    session: Session,
    draft: Draft,
    account: Account,
    purpose: RunPurpose,
    findings: Findings | None = None,
    entered: Entered | None = None,
    consent: Consent | None = None,
) -> Run:
    """Return a run of a draft; what is not given is the account's own."""
    findings, entered = findings or findings_of_account(account), entered or entered_of(account)
    return create_run(session, draft, purpose, entered, consent or consent_of(account), findings)


def change_of(
    session: Session,
    box: SecretBox,
    user: User,
    account: Account,
    *,
    details: DraftDetails | None = None,
    findings: Findings | None = None,
    entered: Entered | None = None,
    typed: Credentials | None = None,
    aim: DraftAim = DraftAim.ACCOUNT,
    outgoing: OutgoingServer | None = None,
    browser: BrowserSession | None = None,
    consent: Consent | None = None,
) -> Run:
    """Return a committed run that is to save a change, by default of nothing; no other run has to wait for it."""
    details = details or details_of(account, "ru")
    draft = begin_change(
        session, user, browser, account, details, aim=aim, outgoing=outgoing, credentials=typed, box=box
    )
    return _over(session, run_from(session, draft, account, RunPurpose.SAVE, findings, entered, consent))


def check_of(
    session: Session,
    box: SecretBox,
    user: User,
    account: Account,
    *,
    findings: Findings | None = None,
    typed: Credentials | None = None,
    browser: BrowserSession | None = None,
) -> Run:
    """Return a committed run that is to check an account."""
    draft = begin_check_draft(session, user, browser, account, details_of(account, "ru"), credentials=typed, box=box)
    return _over(session, run_from(session, draft, account, RunPurpose.CHECK, findings))


def saved(session: Session, box: SecretBox, run: Run) -> Account:
    """Let the run prove everything it was given, and save it; a missing password is a failure of the test."""
    credentials = resolve(session, box, run)
    assert not isinstance(credentials, Direction), f"the password of {credentials} is missing"
    run.outcome = Outcome(OutcomeKind.SAVED, run.findings or Findings())
    account = apply_saved_run(session, run, credentials, box, utc_now())
    session.commit()
    return account


def browser_of(session: Session, user: User) -> BrowserSession:
    """Return a committed session of somebody who has signed in."""
    browser, _key = open_session(session, user)
    session.commit()
    return browser


def rows_of(session: Session, *tables: str) -> list[Any]:
    """Return the rows as the database has them, every column, secrets as ciphertext."""
    session.expire_all()
    tables = tables or ("accounts", "incoming_servers", "outgoing_servers", "session_secrets")
    return [tuple(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608


def _over(session: Session, run: Run) -> Run:
    run.state, run.finished_at = RunState.FINISHED, utc_now()
    session.commit()
    return run


def administrator(session: Session, name: str = "root") -> User:
    """Return a committed administrator."""
    return person(session, name, is_admin=True)
