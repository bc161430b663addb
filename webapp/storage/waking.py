"""What may be proved about an account that waits for its password: that password, at the servers as they are stored."""

from dataclasses import replace

from sqlalchemy.orm import Session

from webapp.detection.types import Findings
from webapp.mail.settings import Direction
from webapp.storage.models import Account, Draft, DraftAim, DraftDetails, Run
from webapp.storage.objections import AccountWaits
from webapp.storage.ownership import hands_over
from webapp.storage.secrets import place_of
from webapp.storage.waiting import check_awake, check_server_awake, waits


def check_draft(session: Session, draft: Draft, account: Account, stored: DraftDetails) -> None:
    """Raise `AccountWaits` unless the draft changes nothing that waits, or wakes the account up by its password.

    `stored` are the account's details as they are now.
    """
    if draft.aim is DraftAim.OUTGOING_SERVER:
        check_awake(account)
        check_server_awake(session, draft.outgoing)
    elif waits(account) and not hands_over(draft):
        # That it is typed, `credentials` sees to: nothing that is kept opens such an account.
        if draft.outgoing_id is not None or not _only_password(stored, draft.details):
            raise AccountWaits(account)


def check_run(session: Session, run: Run, account: Account, stored: DraftDetails) -> None:
    """Raise `AccountWaits` also where the run is about other servers, uses or addresses than those that wait."""
    check_draft(session, run.draft, account, stored)
    if waits(account) and not _as_stored(run, account):
        raise AccountWaits(account)


def _only_password(stored: DraftDetails, details: DraftDetails) -> bool:
    same = replace(details, remember_password=stored.remember_password, automatic=stored.automatic)
    return same == replace(stored, language=details.language) and (stored.automatic or not details.automatic)


def _as_stored(run: Run, account: Account) -> bool:
    entered = run.entered
    used = (account.address, account.for_receiving, account.for_sending)
    if (entered.address, entered.for_receiving, entered.for_sending) != used:
        return False
    findings = run.outcome.findings if run.outcome is not None else run.findings or Findings()
    rows = {Direction.INCOMING: account.incoming, Direction.OUTGOING: account.outgoing}
    pairs = [(rows[direction], findings.chosen(direction)) for direction in entered.wanted()]
    return all(
        row is not None and server is not None and place_of(row.settings()) == place_of(server.settings)
        for row, server in pairs
    )
