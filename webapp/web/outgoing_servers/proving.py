"""From the dialog to a run: an outgoing server is saved only after the account has sent a test message by it."""

from dataclasses import dataclass, field, replace

from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.detection.types import Consent, Entered, Findings
from webapp.mail.settings import AuthMethod, Credentials, Direction
from webapp.storage.credentials import resolve
from webapp.storage.models import Account, Draft, DraftAim, OutgoingServer, RunPurpose
from webapp.storage.runs import create_run
from webapp.storage.using import begin_change, consent_of, details_of
from webapp.web.access import me, my_session
from webapp.web.accounts.chosen_server import chosen_server, entered_server
from webapp.web.extensions import box, db
from webapp.web.language import letter_language
from webapp.web.outgoing_servers.form import OutgoingForm
from webapp.web.outgoing_servers.suggesting import completed, suggestion_for
from webapp.web.wizard.consents import questions_about
from webapp.web.wizard.entering import as_chosen, entered_again, servers_to_prove
from webapp.web.wizard.starting import join, lead_to


class PasswordMissing(Exception):
    """No password is known that may go to the server as typed; nothing was begun."""

    def __init__(self, server: OutgoingServer | None) -> None:
        super().__init__("no password for this server")
        self.sentence = gettext("Type the password of this login name.")
        if server is not None and server.secret is not None:
            self.sentence = gettext("The stored password is bound to the server as it was. Type it again for this one.")


@dataclass(frozen=True)
class Wish:
    """What a person wants of an outgoing server; `secret` None means the one that is stored."""

    account: Account
    server: OutgoingServer | None
    entered: Entered
    description: str
    secret: str | None = field(repr=False)

    @property
    def known(self) -> Findings:
        """Return the stored server as a search would have found it."""
        return Findings(outgoing=(chosen_server(self.account, self.server),)) if self.server is not None else Findings()

    @property
    def consent(self) -> Consent:
        """Return what was agreed to when the account and the server were proved."""
        return consent_of(self.account, self.server)


def typed_server(account: Account, server: OutgoingServer | None, form: OutgoingForm) -> Entered:
    """Return the server as typed, blanks filled where its provider is known."""
    before = before_typing(account, server)
    known = Findings(outgoing=(chosen_server(account, server),)) if server is not None else None
    entered = entered_again(before, known, Direction.OUTGOING, form.typed())
    outgoing = completed(entered.outgoing, suggestion_for(entered.outgoing.host or ""))
    if outgoing.auth_method is AuthMethod.NONE:
        outgoing = replace(outgoing, username=None)
    return replace(entered, outgoing=outgoing)


def before_typing(account: Account, server: OutgoingServer | None) -> Entered:
    """Return what the form was filled with: of the account only its address matters here."""
    entered = Entered(account.address, for_receiving=False, for_sending=True)
    return entered if server is None else replace(entered, outgoing=entered_server(server))


def unchanged(wish: Wish) -> bool:
    """Tell whether nothing a server sees was touched."""
    return wish.secret is None and wish.entered == before_typing(wish.account, wish.server)


def prove(wish: Wish, seen_version: int, *, retest: bool) -> Response:
    """Begin the run that saves the wish once it is proved; raises `PasswordMissing`, `SearchElsewhere`."""
    findings = None if retest else servers_to_prove(wish.entered, wish.known)
    draft = begin(wish, seen_version)
    if findings is None:
        return start(wish, draft, RunPurpose.RETEST, None)
    if questions_about(findings.outgoing, wish.consent):
        return start(wish, draft, RunPurpose.PREPARED, findings, endpoint="saving.consent")
    return start(wish, draft, RunPurpose.SAVE, findings)


def begin(wish: Wish, seen_version: int) -> Draft:
    """Return the draft of the change; nothing is committed yet."""
    details = details_of(wish.account, letter_language())
    draft = begin_change(
        db.session(),
        me(),
        my_session(),
        wish.account,
        replace(details, description=wish.description, for_sending=True),
        aim=DraftAim.OUTGOING_SERVER,
        outgoing=wish.server,
        credentials=Credentials(wish.secret) if wish.secret else None,
        box=box(),
    )
    if wish.server is not None:
        draft.outgoing_version = seen_version
    return draft


def start(
    wish: Wish, draft: Draft, purpose: RunPurpose, findings: Findings | None, endpoint: str = "runs.page"
) -> Response:
    """Begin the run and lead to it; no password that fits is told before, by the same rule as when the run begins."""
    session = db.session()
    entered = as_chosen(wish.entered, findings) if findings is not None else wish.entered
    run = create_run(session, draft, purpose, entered, wish.consent, findings)
    if run.draft_id != draft.id:
        return join(run, draft, purpose, entered)
    if purpose is RunPurpose.SAVE and isinstance(resolve(session, box(), run), Direction):
        session.rollback()
        raise PasswordMissing(wish.server)
    session.commit()
    return lead_to(run, endpoint)
