"""Adding an account on a news server: typed by hand, saved once the server has answered."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from webapp.detection.types import Consent, Entered, EnteredServer, Findings
from webapp.mail.settings import STANDARD_PORTS, Credentials, Direction, Protocol, Security
from webapp.storage.accounts import find_by_key, get_visible, news_key
from webapp.storage.drafts import create_draft, get_draft
from webapp.storage.models import Account, AccountKind, RunPurpose
from webapp.storage.runs import create_run, latest_run
from webapp.web.access import me, my_session
from webapp.web.accounts.blueprint import Answer, bp
from webapp.web.accounts.proving import to_prove
from webapp.web.extensions import box, db, runner
from webapp.web.forms.news import NewsAccountForm, draft_values, duplicate_values
from webapp.web.language import letter_language
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.consents import questions_about
from webapp.web.wizard.entering import as_chosen, entered_again
from webapp.web.wizard.servers import typed_server
from webapp.web.wizard.starting import SearchElsewhere


@bp.route("/accounts/new/news", methods=["GET", "POST"])
@form_checks_token
def add_news() -> Answer:
    """Ask for the news server, and prove it."""
    form = NewsAccountForm(me(), **(values_typed_before() or duplicate_values(account_to_copy())))
    if not form.is_submitted():
        return draw(form)
    if not form.validate():
        return draw(form), 422
    try:
        return start(form)
    except SearchElsewhere as elsewhere:
        form.form_errors.append(elsewhere.sentence)
    return draw(form), 422


def values_typed_before() -> dict[str, Any]:
    """Return what the draft the address names was begun with, so that Back loses nothing but the password."""
    draft = get_draft(db.session(), me(), request.args.get("draft", ""))
    run = latest_run(db.session(), draft) if draft is not None and draft.ended_at is None else None
    return draft_values(run) if run is not None and run.draft.details.kind is AccountKind.NEWS else {}


def account_to_copy() -> Account | None:
    """Return the account the new one shall be like, if the person may see it."""
    asked = request.args.get("like", "")
    return get_visible(db.session(), me(), int(asked)) if asked.isdecimal() and len(asked) < 19 else None


def start(form: NewsAccountForm) -> Answer:
    """Begin the run that saves the account; raises `SearchElsewhere`."""
    details = form.details(letter_language())
    entered = typed(form)
    findings = to_prove(entered, Findings())
    if findings is not None and duplicate_of(form, findings, None if details.for_everyone else me().id):
        return draw(form), 422
    credentials = Credentials(form.secret.data) if form.needs_login.data else None
    draft = create_draft(db.session(), box(), me(), details, credentials, browser_session=my_session())
    purpose, endpoint = first_run(findings)
    chosen = as_chosen(entered, findings) if findings else entered
    run = create_run(db.session(), draft, purpose, chosen, None, findings)
    if run.draft_id != draft.id:
        elsewhere = SearchElsewhere(run)
        db.session.rollback()
        raise elsewhere
    db.session.commit()
    runner().start(run.id)
    return redirect(url_for(endpoint, run_id=run.id), 303)


def typed(form: NewsAccountForm) -> Entered:
    """Return what a valid form says about the server; its port follows the security if nobody moved it."""
    before = Entered(
        form.read_address,
        for_sending=False,
        incoming=EnteredServer(Protocol.NNTP, port=STANDARD_PORTS[Protocol.NNTP, Security.TLS], security=Security.TLS),
    )
    return entered_again(before, None, Direction.INCOMING, typed_server(form, Direction.INCOMING))


def first_run(findings: Findings | None) -> tuple[RunPurpose, str]:
    """Return what to begin with, and the page it leads to."""
    if findings is None:
        return RunPurpose.RETEST, "runs.page"
    if questions_about(findings.incoming, Consent()):
        return RunPurpose.PREPARED, "saving.consent"
    return RunPurpose.SAVE, "runs.page"


def duplicate_of(form: NewsAccountForm, findings: Findings, owner_id: int | None) -> bool:
    """Tell whether the owner has an account on this server already, and say so at the field."""
    server = findings.incoming[0].settings
    if find_by_key(db.session(), news_key(server), owner_id) is None:
        return False
    form.incoming_host.errors = [gettext("There already is an account on this news server with this login name.")]
    return True


def draw(form: NewsAccountForm) -> str:
    """Return the page."""
    typed_security = form.incoming_security.data
    security = Security(typed_security) if typed_security in set(Security) else Security.TLS
    standard = STANDARD_PORTS[Protocol.NNTP, security]
    return render_template("accounts/news.html", form=form, port=standard, may_share=me().is_admin)
