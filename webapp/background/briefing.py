"""Reads what a claimed run has to do: its servers, its passwords, what it may and what stands in its way."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.background.assignments import VERIFYING, Assignment
from webapp.detection.surroundings import KnownAccount
from webapp.detection.types import Consent, Entered, Findings, ProvedServer
from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.storage.accounts import known_accounts, may_change
from webapp.storage.applying import check_may_apply
from webapp.storage.credentials import Origin, Resolved, look_up
from webapp.storage.models import DraftAim, Run, RunPurpose
from webapp.storage.objections import AccountChanged, NotAllowed, OutgoingServerChanged
from webapp.storage.outgoing_servers import sharing_addresses
from webapp.storage.secrets import SecretBox
from webapp.storage.using import consent_of


def read_assignment(session: Session, run: Run, box: SecretBox, now: datetime) -> Assignment:
    """Return the assignment; passwords only where they are needed and only where they may go."""
    assignment = Assignment(
        purpose=run.purpose,
        entered=run.entered,
        consent=_consent(run),
        findings=run.findings or Findings(),
        details=run.draft.details,
        credentials=None,
    )
    if run.purpose not in VERIFYING:
        return replace(assignment, known=_known(session, run.entered))
    if run.purpose is RunPurpose.SAVE:
        assignment = replace(assignment, obstacle=_obstacle(session, run), sharing=sharing_of(session, run))
    if assignment.obstacle is not None:
        return assignment
    resolved = look_up(session, box, run, now=now)
    if isinstance(resolved, Direction):
        return replace(assignment, missing=resolved)
    findings = _fixed_where_kept(assignment.findings, resolved)
    return replace(assignment, credentials=resolved.credentials, origins=resolved.origins, findings=findings)


def objection(reason: Exception) -> Problem:
    """Return why a change is not made as the problem its page shows."""
    changed = isinstance(reason, AccountChanged | OutgoingServerChanged)
    return Problem(ProblemKind.ACCOUNT_CHANGED if changed else ProblemKind.NOT_ALLOWED)


def sharing_of(session: Session, run: Run) -> tuple[str, ...]:
    """Return the other addresses that send through the outgoing server a run changes."""
    draft = run.draft
    if draft.aim is not DraftAim.OUTGOING_SERVER or draft.outgoing is None or draft.account is None:
        return ()
    return sharing_addresses(session, draft.outgoing, besides=draft.account)


def _obstacle(session: Session, run: Run) -> Problem | None:
    """Return why what the run proves could not be saved anyway: then it does not even begin."""
    try:
        check_may_apply(session, run)
    except (AccountChanged, OutgoingServerChanged, NotAllowed) as reason:
        return objection(reason)
    return None


def _consent(run: Run) -> Consent:
    """Return what was agreed to; only who may change an account agrees to anything new about it."""
    account = run.draft.account
    if account is None or account.proved_at is None or may_change(run.user, account):
        return run.consent
    return consent_of(account)


def _fixed_where_kept(findings: Findings, resolved: Resolved) -> Findings:
    """Fix the login name where a kept password is used: it must not be tried under another one (DESIGN 5.3)."""
    kept = {direction for direction, origin in resolved.origins if origin is not Origin.TYPED}
    return replace(
        findings,
        incoming=_fixed(findings.incoming) if Direction.INCOMING in kept else findings.incoming,
        outgoing=_fixed(findings.outgoing) if Direction.OUTGOING in kept else findings.outgoing,
    )


def _fixed(servers: tuple[ProvedServer, ...]) -> tuple[ProvedServer, ...]:
    return tuple(replace(server, username_fixed=True) for server in servers)


def _known(session: Session, entered: Entered) -> tuple[KnownAccount, ...]:
    try:
        return known_accounts(session, entered.domain)
    except Trouble:  # not a domain: the search will say so, at the right field
        return ()
