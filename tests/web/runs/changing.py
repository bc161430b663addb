"""Lays runs about an account that exists on a person's desk: changes, checks, changes of its outgoing server."""

from dataclasses import replace
from typing import Any

from tests.web.desk import IMAP, SMTP, Desk, database
from webapp.detection.types import Entered, Findings, Outcome
from webapp.mail.settings import Credentials
from webapp.storage.base import new_token, utc_now
from webapp.storage.drafts import set_draft_secret
from webapp.storage.models import Account, Draft, DraftAim, Run, RunPurpose, RunState
from webapp.storage.using import consent_of, details_of, entered_of
from webapp.web.extensions import box

STORED = Findings(incoming=(IMAP,), outgoing=(SMTP,))


def lay_change(
    desk: Desk,
    account_id: int,
    outcome: Outcome | None = None,
    *,
    purpose: RunPurpose = RunPurpose.SAVE,
    aim: DraftAim = DraftAim.ACCOUNT,
    state: RunState = RunState.FINISHED,
    findings: Findings = STORED,
    entered: Entered | None = None,
    secret: str | None = None,
    user_id: int | None = None,
    **details: Any,
) -> str:
    """Lay down a run about an account, as the settings window begins one; return its id."""
    with database(desk.app) as session:
        account = session.get_one(Account, account_id)
        draft = Draft(id=new_token(), user_id=user_id or desk.user_id, aim=aim, account_id=account.id)
        draft.details = replace(details_of(account, "ru"), **details)
        draft.account_version = account.version
        if aim is DraftAim.OUTGOING_SERVER and account.outgoing is not None:
            draft.outgoing_id, draft.outgoing_version = account.outgoing_id, account.outgoing.version
        session.add(draft)
        session.flush()
        if secret is not None:
            set_draft_secret(session, box(), draft, Credentials(secret))
        known = entered_of(account)
        if aim is DraftAim.OUTGOING_SERVER:
            known, findings = replace(known, for_receiving=False), replace(findings, incoming=())
        run = Run(id=new_token(), draft_id=draft.id, user_id=draft.user_id, purpose=purpose, state=state)
        run.entered, run.findings, run.outcome = entered or known, findings, outcome
        run.consent, run.created_at, run.heartbeat_at = consent_of(account), utc_now(), utc_now()
        run.finished_at = utc_now() if state is RunState.FINISHED else None
        run.account_id = account.id if purpose in (RunPurpose.SAVE, RunPurpose.CHECK) else None
        session.add(run)
        session.commit()
        return run.id


__all__ = ["STORED", "lay_change"]
