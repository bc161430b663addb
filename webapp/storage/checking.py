"""What a check leaves behind, though it saves nothing: when it was, whether the login was refused, a journal line."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.detection.types import Findings, Outcome, OutcomeKind
from webapp.mail.settings import Credentials, Direction
from webapp.net.problems import ProblemKind
from webapp.storage.credentials import Origin, Resolved, forget_session_secret, keep_for_session, may_use_kept
from webapp.storage.endings import note_refusal
from webapp.storage.journal import record
from webapp.storage.models import Account, Action, DraftAim, Run
from webapp.storage.secrets import SecretBox, place_of
from webapp.storage.traffic import Post, forget_trouble

ENDED_BY_THEMSELVES = (OutcomeKind.FOUND, OutcomeKind.LOGIN_REFUSED, OutcomeKind.NOT_PROVED)


def note_check(
    session: Session, run: Run, outcome: Outcome, resolved: Resolved | None, box: SecretBox, now: datetime
) -> None:
    """Write down what a check found out; what was on the screen and not in the rows says nothing about the rows."""
    account = run.draft.account
    if account is None or outcome.kind not in ENDED_BY_THEMSELVES:
        return
    details = [("verdict", outcome.kind.value)]
    problem = outcome.incoming_problem or outcome.outgoing_problem
    if problem is not None:
        details.append(("problem", problem.kind.value))
    record(session, Action.ACCOUNT_CHECKED, by=run.user, account=account, details=details)
    if resolved is None:
        return
    if any(origin is Origin.SESSION for _direction, origin in resolved.origins):
        record(session, Action.ACCOUNT_USED, by=run.user, account=account)
    if _checked_what_is_stored(run, account, outcome):
        _note_login(session, run, account, outcome, resolved, now)
        kept = _keep_typed(session, run, account, outcome, resolved.credentials, box)
        if outcome.kind is OutcomeKind.FOUND and (kept or resolved.all_from(Origin.STORED, Origin.SESSION)):
            account.login_refused = False
            forget_trouble(session, account, now, run.entered.wanted())


def _note_login(
    session: Session, run: Run, account: Account, outcome: Outcome, resolved: Resolved, now: datetime
) -> None:
    account.checked_at = now
    refused = outcome.kind is OutcomeKind.LOGIN_REFUSED
    if resolved.all_from(Origin.STORED):  # a slip of the finger says nothing about what is stored
        account.login_refused = refused and bool(resolved.origins)
        _note_refusals(session, account, outcome, now)
    elif refused and resolved.all_from(Origin.SESSION) and run.draft.session is not None:
        forget_session_secret(session, run.draft.session, account)  # so that it is asked for again
    session.flush()


def _note_refusals(session: Session, account: Account, outcome: Outcome, now: datetime) -> None:
    """Let the background know which direction's password is in doubt."""
    problems = {Direction.INCOMING: outcome.incoming_problem, Direction.OUTGOING: outcome.outgoing_problem}
    for direction, problem in problems.items():
        if problem is not None and problem.kind is ProblemKind.LOGIN_REFUSED and problem.password_judged:
            # Of which field of a form it speaks is the page's business.
            note_refusal(session, Post(account.id, direction), replace(problem, field=None), now)


def _keep_typed(
    session: Session, run: Run, account: Account, outcome: Outcome, credentials: Credentials, box: SecretBox
) -> bool:
    """Remember a password that has just worked where the account remembers none, for this browser session only."""
    browser = run.draft.session
    if outcome.kind is not OutcomeKind.FOUND or account.remember_password or browser is None:
        return False
    if not may_use_kept(run) or browser.user_id != run.user_id:
        return False
    keep_for_session(session, box, browser, account, credentials)
    return True


def _checked_what_is_stored(run: Run, account: Account, outcome: Outcome) -> bool:
    """Tell whether exactly the account's used servers were checked, as they are stored now."""
    used = {Direction.INCOMING: account.for_receiving, Direction.OUTGOING: account.for_sending}
    wanted = run.entered.wanted()
    if run.draft.aim is not DraftAim.ACCOUNT or run.entered.address != account.address:
        return False
    if set(wanted) != {direction for direction, uses in used.items() if uses}:
        return False
    findings = outcome.findings if outcome.findings != Findings() else run.findings or Findings()
    rows = {Direction.INCOMING: account.incoming, Direction.OUTGOING: account.outgoing}
    pairs = [(rows[direction], findings.chosen(direction)) for direction in wanted]
    return all(
        row is not None and server is not None and place_of(row.settings()) == place_of(server.settings)
        for row, server in pairs
    )
