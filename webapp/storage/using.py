"""A saved account as what a run starts from: its servers as findings, its consents, a draft of a change or a check."""

from sqlalchemy.orm import Session

from webapp.detection.types import Consent, Entered, Findings
from webapp.mail.settings import Credentials
from webapp.storage.models import Account, BrowserSession, Draft, DraftAim, DraftDetails, OutgoingServer, User
from webapp.storage.secrets import SecretBox


def findings_of_account(account: Account) -> Findings:
    """Return the account's proved servers as a search would have found them."""
    raise NotImplementedError


def entered_of(account: Account) -> Entered:
    """Return the account's servers as if a person had typed every field."""
    raise NotImplementedError


def consent_of(account: Account) -> Consent:
    """Return what was agreed to when the account was proved: hosts, pins, logins without TLS."""
    raise NotImplementedError


def details_of(account: Account, language: str) -> DraftDetails:
    """Return the account as the details of a draft that would change nothing."""
    raise NotImplementedError


def begin_change(
    session: Session,
    user: User,
    browser_session: BrowserSession | None,
    account: Account,
    details: DraftDetails,
    *,
    aim: DraftAim = DraftAim.ACCOUNT,
    outgoing: OutgoingServer | None = None,
    credentials: Credentials | None = None,
    box: SecretBox,
) -> Draft:
    """Begin a change that a run of purpose SAVE must prove; raises `NotAllowed`.

    `outgoing` is the existing server that is changed (aim OUTGOING_SERVER;
    None adds one) or chosen (aim ACCOUNT; None leaves the account's own to
    what the run proves). The account as it is now is what "changed meanwhile"
    is measured by: set `account_version` of the draft to the one of the form.
    """
    raise NotImplementedError


def begin_check_draft(
    session: Session,
    user: User,
    browser_session: BrowserSession | None,
    account: Account,
    details: DraftDetails,
    *,
    credentials: Credentials | None = None,
    box: SecretBox,
) -> Draft:
    """Begin a check: of a shared account everybody's, for it saves nothing; raises `NotAllowed` for a foreign one."""
    raise NotImplementedError
