"""Starting what must be proved: a change or a check of an account becomes a draft and a run."""

from dataclasses import dataclass, field

from werkzeug.wrappers import Response

from webapp.detection.types import Entered, Findings
from webapp.mail.settings import Credentials, Direction
from webapp.storage.credentials import resolve
from webapp.storage.models import Account, Draft, DraftDetails, OutgoingServer, RunPurpose
from webapp.storage.runs import create_run
from webapp.storage.using import begin_change, begin_check_draft, consent_of
from webapp.web.access import me, my_session
from webapp.web.extensions import box, db
from webapp.web.wizard.consents import questions_about
from webapp.web.wizard.entering import as_chosen
from webapp.web.wizard.starting import join, lead_to


class PasswordMissing(Exception):
    """No password is known that may go to the server of this direction; nothing was begun."""

    def __init__(self, direction: Direction) -> None:
        super().__init__(direction.value)
        self.direction = direction


@dataclass(frozen=True)
class Wish:
    """What a person wants proved: `findings` None means that something is to be found out first."""

    details: DraftDetails
    entered: Entered
    findings: Findings | None
    credentials: Credentials | None = field(default=None, repr=False)
    outgoing: OutgoingServer | None = None


def prove(account: Account, wish: Wish, seen_version: int) -> Response:
    """Begin the run that saves the wish once it has proved itself; raises `PasswordMissing`, `SearchElsewhere`.

    `seen_version` is that of the form: if the account changes before the end, nothing is saved.
    """
    draft = begin_change(
        db.session(),
        me(),
        my_session(),
        account,
        wish.details,
        outgoing=wish.outgoing,
        credentials=wish.credentials,
        box=box(),
    )
    draft.account_version = seen_version
    if wish.findings is None:
        return _start(account, draft, RunPurpose.RETEST, wish)
    chosen = [wish.findings.chosen(direction) for direction in wish.entered.wanted()]
    if questions_about([server for server in chosen if server], consent_of(account, wish.outgoing)):
        return _start(account, draft, RunPurpose.PREPARED, wish, endpoint="saving.consent")
    return _start(account, draft, RunPurpose.SAVE, wish)


def check(account: Account, wish: Wish) -> Response:
    """Begin the run that checks the wish and saves nothing; raises `PasswordMissing`, `SearchElsewhere`."""
    draft = begin_check_draft(
        db.session(), me(), my_session(), account, wish.details, credentials=wish.credentials, box=box()
    )
    return _start(account, draft, RunPurpose.CHECK, wish)


def _start(account: Account, draft: Draft, purpose: RunPurpose, wish: Wish, endpoint: str = "runs.page") -> Response:
    session = db.session()
    entered = as_chosen(wish.entered, wish.findings) if wish.findings else wish.entered
    run = create_run(session, draft, purpose, entered, consent_of(account, wish.outgoing), wish.findings)
    if run.draft_id != draft.id:
        return join(run, draft, purpose, entered)
    if purpose in (RunPurpose.SAVE, RunPurpose.CHECK):
        credentials = resolve(session, box(), run)  # by the same rule as when it is about to run
        if isinstance(credentials, Direction):
            session.rollback()
            raise PasswordMissing(credentials)
    session.commit()
    return lead_to(run, endpoint)
