"""Turns what a run proved into rows, in the transaction of its caller: a new account, a changed one, a server."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.mail.settings import Credentials
from webapp.storage.models import Account, Run
from webapp.storage.saving import create_account_from_run
from webapp.storage.secrets import SecretBox


def apply_saved_run(session: Session, run: Run, credentials: Credentials, box: SecretBox, now: datetime) -> Account:
    """Make of the run's proof what its draft aims at, end the draft, tell the journal; return the account.

    Raises `AccountExists`, `NotAllowed`, `AccountChanged`, `OutgoingServerChanged`;
    then nothing was changed.
    """
    return create_account_from_run(session, run, credentials, box, now=now)
