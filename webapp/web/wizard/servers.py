"""Setting up by hand: edit what was found, re-test the rest, or go straight to the check."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from webapp.detection.types import Entered
from webapp.mail.settings import AuthMethod, Credentials, Direction, Security
from webapp.storage.drafts import has_secret, set_draft_secret
from webapp.storage.models import DraftAim, Run, RunPurpose
from webapp.storage.runs import create_run
from webapp.web.accounts.proving import to_prove
from webapp.web.accounts.window import window_of
from webapp.web.extensions import box, db
from webapp.web.forms.incoming import form_of_kind, nobody_logs_in
from webapp.web.forms.secret import SecretForm
from webapp.web.forms.servers import ServersForm
from webapp.web.runs.found_servers import findings_of
from webapp.web.runs.ladder import ladder_of
from webapp.web.runs.places import may_edit
from webapp.web.runs.run_pages import RunPage, run_page
from webapp.web.runs.server_pages import servers_page
from webapp.web.runs.views import draw, unsaved_run
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.consents import certificates_of
from webapp.web.wizard.draft_keeping import kept_credentials
from webapp.web.wizard.entering import TypedServer, entered_again, prefilled
from webapp.web.wizard.hoster_names import names_offered, offer_named, on_record, with_name
from webapp.web.wizard.passwords import password_known
from webapp.web.wizard.saving import allowed_purpose, begin_check
from webapp.web.wizard.starting import SearchElsewhere, start_next

bp = Blueprint("servers", __name__)

# DESIGN 5.3: a stored password opens only for exactly the place it was proved at.
MOVED = _("The stored password is kept for the server it was proved with. Type the password again.")

Answer = Response | str | tuple[str, int]


@bp.route("/runs/<run_id>/servers", methods=["GET", "POST"])
@form_checks_token
def edit(run_id: str) -> Answer:
    """Show both servers as they are known, and take what the person makes of them."""
    run = unsaved_run(run_id)
    if not may_edit(run.draft):
        abort(403)
    if request.method != "POST":
        return shown(run, None, summary_of(run))
    form = form_of_kind(run.draft.details.kind, run.entered.wanted())
    purpose = wished_purpose(run)
    if not form.validate() or not take_secrets(run, form, needed=purpose is not None):
        return shown(run, form), 422
    try:
        return go_on(run, entered_from(run, form), purpose)
    except SearchElsewhere as elsewhere:
        form.form_errors.append(elsewhere.sentence)
        return shown(run, form), 422


@bp.post("/runs/<run_id>/host")
def take_name(run_id: str) -> Answer:
    """Re-test with a name that the server's own certificate gives; the person is asked before a password goes there."""
    run = unsaved_run(run_id)
    if not may_edit(run.draft):
        abort(403)
    met = {one.direction: one.problem for one in certificates_of(run.outcome)}
    moment = run.finished_at or run.created_at
    offers = [offer for direction, problem in met.items() for offer in names_offered(direction, problem, moment)]
    offer = offer_named(offers, request.form.get("take", ""))
    if offer is None:
        return redirect(url_for("runs.page", run_id=run.id), 303)
    try:
        # Who named the host stays on record: what only a certificate says is nobody's word to trust.
        named = on_record(run.entered, offer, met[offer.direction].port)
        create_run(db.session(), run.draft, RunPurpose.PREPARED, run.entered, run.consent, named)
        return start_next(run, RunPurpose.RETEST, with_name(run.entered, offer), run.consent)
    except SearchElsewhere as elsewhere:
        form = SecretForm(formdata=None)
        form.form_errors.append(elsewhere.sentence)
        return draw("runs/page.html", run, form), 422


@bp.get("/runs/<run_id>/host")
def back_from_name(run_id: str) -> Response:
    """Lead whoever reloads the answer of a refused press to the page it was pressed on."""
    return redirect(url_for("runs.page", run_id=unsaved_run(run_id).id), 303)


def wished_purpose(run: Run) -> RunPurpose | None:
    """Return what the pressed button is for; None only proves the servers, without the password."""
    wish = request.form.get("next")
    return allowed_purpose(run, wish) if wish in ("done", "check") else None


def go_on(run: Run, entered: Entered, purpose: RunPurpose | None) -> Response:
    """Begin the check if there is nothing left to find, else a re-test; raises `SearchElsewhere`."""
    findings = to_prove(entered, findings_of(run)) if purpose is not None else None
    if findings is not None and purpose is not None:
        return begin_check(run, entered, findings, purpose)
    return start_next(run, RunPurpose.RETEST, entered, run.consent)


def summary_of(run: Run) -> RunPage | None:
    """Return the picture of the run whose problems stand above the form, if it is over."""
    return None if run.unfinished else run_page(run, ladder_of(()))


def shown(run: Run, form: ServersForm | None, summary: RunPage | None = None) -> str:
    """Draw the form: filled from the run, or as it came with what is wrong at each field."""
    page = servers_page(run, form)
    account = page.place.account
    window = window_of(account) if account is not None else None
    return render_template(
        "runs/servers.html",
        page=page,
        place=page.place,
        window=window,
        form=form,
        summary=summary,
        anchors=page.anchors,
    )


def entered_from(run: Run, form: ServersForm) -> Entered:
    """Return what the form fixes."""
    findings = findings_of(run)
    entered = prefilled(run.entered, findings)
    for direction in run.entered.wanted():
        entered = entered_again(entered, findings, direction, typed_server(form, direction))
    return entered


def typed_server(form: ServersForm, direction: Direction) -> TypedServer:
    """Return one half of a valid form as values."""
    port, security, auth = (form.text(direction, part) for part in ("port", "security", "auth"))
    return TypedServer(
        protocol=form.protocol(direction),
        host=form.text(direction, "host"),
        port=int(port) if port else None,
        security=Security(security) if security else None,
        auth_method=AuthMethod(auth) if auth else None,
        username=form.text(direction, "username"),
    )


def take_secrets(run: Run, form: ServersForm, *, needed: bool) -> bool:
    """Keep what was typed with the draft; tell whether a check could begin, saying at the field why not."""
    kept = kept_credentials(run.draft)
    incoming = form.secret.data or (kept.incoming if kept else None)
    outgoing = None
    if "separate_secret" in form and form.separate_secret.data:
        outgoing = form.outgoing_secret.data or (kept.outgoing if kept else None)
        if outgoing is None:
            form.outgoing_secret.errors = [gettext("Type the password of the outgoing server.")]
            return False
    if incoming is None:
        return not needed or nobody_logs_in(form) or stored_serves(run, form)
    credentials = Credentials(incoming, outgoing)
    if credentials != kept or not has_secret(run.draft):
        set_draft_secret(db.session(), box(), run.draft, credentials)
    return True


def stored_serves(run: Run, form: ServersForm) -> bool:
    """Tell whether what is stored opens for every server as typed; what is still to be found is asked about later."""
    proved = to_prove(entered_from(run, form), findings_of(run))
    if run.draft.aim is DraftAim.NEW_ACCOUNT:
        form.add_missing_secret()
        return False
    if proved is None or password_known(run, proved):
        return True
    form.secret.errors = [*form.secret.errors, str(MOVED)]
    return False
