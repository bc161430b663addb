"""Which password a run gets: the one typed for it, a stored one for exactly its server, or this browser session's."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.mail.settings import Credentials, Direction
from webapp.storage.models import Account, BrowserSession, Run, SessionSecret
from webapp.storage.secrets import SecretBox


def resolve(session: Session, box: SecretBox, run: Run) -> Credentials | Direction:
    """Return what the run logs in with, or the direction whose password is missing (rule: DESIGN 5.3)."""
    raise NotImplementedError


def keep_for_session(
    session: Session, box: SecretBox, browser_session: BrowserSession, account: Account, credentials: Credentials
) -> None:
    """Remember the password for one browser session only, glued to it and to the account's servers."""
    raise NotImplementedError


def has_session_secret(session: Session, browser_session: BrowserSession, account: Account) -> bool:
    """Tell whether this browser session remembers the account's password."""
    return account.id in session_secret_accounts(session, browser_session)


def session_secret_accounts(session: Session, browser_session: BrowserSession) -> frozenset[int]:
    """Return the ids of the accounts whose password this browser session remembers."""
    rows = select(SessionSecret.account_id).where(SessionSecret.session_id == browser_session.id)
    return frozenset(session.scalars(rows))
