"""Done, and what may stand before it: choosing among alternatives, giving consent, typing the password again."""

from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.detection.types import Consent, Entered, Findings
from webapp.mail.settings import Credentials
from webapp.storage.drafts import has_secret, set_draft_secret
from webapp.storage.models import Run, RunPurpose
from webapp.web.accounts.window import window_of
from webapp.web.extensions import box, db
from webapp.web.forms.consent import ConsentForm
from webapp.web.forms.secret import SecretForm
from webapp.web.runs.found_servers import findings_of
from webapp.web.runs.places import Kind, kind_of, may_edit, may_save, place_of
from webapp.web.runs.views import draw, unsaved_run
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.choosing import chosen_first, renamed
from webapp.web.wizard.consent_pages import consent_page
from webapp.web.wizard.consents import Questions, agreed, certificates_of, no_longer_accepting
from webapp.web.wizard.draft_keeping import kept_credentials
from webapp.web.wizard.entering import as_chosen, only
from webapp.web.wizard.passwords import password_known
from webapp.web.wizard.questions import open_questions
from webapp.web.wizard.starting import SearchElsewhere, start_next

bp = Blueprint("saving", __name__)

VERIFY = "verify"  # the button that withdraws what was accepted before instead of accepting something new

Answer = Response | str | tuple[str, int]


@bp.post("/runs/<run_id>/save")
@form_checks_token
def done(run_id: str) -> Answer:
    """Check the chosen servers with the password, and save if they prove themselves unless only a check is wished."""
    run = unsaved_run(run_id)
    purpose = allowed_purpose(run, request.form.get("next"))
    form = SecretForm()
    keys = [request.form.get("incoming", ""), request.form.get("outgoing", "")]
    findings = renamed(chosen_first(findings_of(run), keys), form.username.data or None)
    if not form.validate() or not take_secret(run, findings, form) or not is_complete(run, findings, form):
        return draw("runs/page.html", run, form), 422
    try:
        return begin_check(run, run.entered, findings, purpose)
    except SearchElsewhere as elsewhere:
        form.form_errors.append(elsewhere.sentence)
        return draw("runs/page.html", run, form), 422


def allowed_purpose(run: Run, wish: str | None) -> RunPurpose:
    """Return what a pressed button is for; saving is for those who may, and with others it is a 403."""
    if wish == "check" and not place_of(run).adds:
        return RunPurpose.CHECK
    if not may_save(run.draft):
        abort(403)
    return RunPurpose.SAVE


@bp.get("/runs/<run_id>/save")
def back(run_id: str) -> Response:
    """Lead whoever reloads the answer of a refused press to the page it was pressed on."""
    return redirect(url_for("runs.page", run_id=unsaved_run(run_id).id), 303)


bp.add_url_rule("/runs/<run_id>/half", "back_from_half", back)


@bp.post("/runs/<run_id>/half")
def use_half(run_id: str) -> Answer:
    """Go on with the one direction that was found, as if the other had never been wanted."""
    run = unsaved_run(run_id)
    if kind_of(run.draft) is not Kind.NEW:
        abort(403)  # the uses of an account that exists have a page of their own
    findings = findings_of(run)
    found = [direction for direction in run.entered.wanted() if findings.chosen(direction)]
    if len(found) != 1:
        return redirect(url_for("runs.page", run_id=run.id), 303)
    entered = only(run.entered, found[0])
    run.draft.details = replace(
        run.draft.details,
        for_sending=entered.for_sending,
        for_receiving=entered.for_receiving,
        load_since=run.draft.details.load_since if entered.for_receiving else None,
    )
    try:
        return check_or_ask(run, entered, findings)
    except SearchElsewhere as elsewhere:
        form = SecretForm(formdata=None)
        form.form_errors.append(elsewhere.sentence)
        return draw("runs/page.html", run, form), 422


@bp.route("/runs/<run_id>/consent", methods=["GET", "POST"])
@form_checks_token
def consent(run_id: str) -> Answer:
    """Show exactly what the password would be risked on, and take the decision of whoever may change the account."""
    run = unsaved_run(run_id)
    if not may_edit(run.draft):
        abort(403)
    met = certificates_of(run.outcome, run.consent)
    questions = Questions(certificates=met) or open_questions(run, findings_of(run))
    if not questions:
        return redirect(url_for("runs.page", run_id=run.id), 303)
    form = ConsentForm()
    verifies = request.form.get("next") == VERIFY
    if form.validate_on_submit() and (verifies or all_agreed(questions, form)):
        try:
            return verify_again(run, questions) if verifies else go_on(run, questions)
        except SearchElsewhere as elsewhere:
            form.form_errors.append(elsewhere.sentence)
    status = 422 if form.is_submitted() else 200
    page, place = consent_page(run, questions, frozenset(request.form.getlist("agreed"))), place_of(run)
    window = window_of(place.account) if place.account is not None else None
    return render_template("runs/consent.html", page=page, place=place, window=window, form=form), status


def all_agreed(questions: Questions, form: ConsentForm) -> bool:
    """Tell whether every box was ticked, and say so if not."""
    if questions.keys() <= set(request.form.getlist("agreed")):
        return True
    form.form_errors.append(gettext("Tick every box to go on; without your consent the password goes nowhere."))
    return False


def begin_check(run: Run, entered: Entered, findings: Findings, purpose: RunPurpose = RunPurpose.SAVE) -> Response:
    """Begin the check with the password, or ask first what must be asked; raises `SearchElsewhere`."""
    chosen = as_chosen(entered, findings)
    # Who may not decide is not asked: the check itself says then that somebody must.
    if not may_edit(run.draft) or not open_questions(run, findings):
        return start_next(run, purpose, chosen, run.consent, findings)
    # What was chosen waits in a run of its own, so that the consent page needs no hidden fields.
    wish = "check" if purpose is RunPurpose.CHECK else None
    return start_next(run, RunPurpose.PREPARED, chosen, run.consent, findings, endpoint="saving.consent", next=wish)


def go_on(run: Run, questions: Questions) -> Response:
    """Do what the consent was asked for: prove the pinned servers, or begin the check."""
    consent, findings = agreed(run.consent, questions), findings_of(run)
    if questions.certificates:
        return start_next(run, RunPurpose.RETEST, run.entered, consent)
    if password_known(run, findings):
        purpose = allowed_purpose(run, request.args.get("next"))
        return start_next(run, purpose, as_chosen(run.entered, findings), consent, findings)
    return ask_secret(run, run.entered, consent, findings)


def verify_again(run: Run, questions: Questions) -> Response:
    """Re-test as if the certificates met here had never been accepted: then they pass, or it is told what is wrong."""
    return start_next(run, RunPurpose.RETEST, run.entered, no_longer_accepting(run.consent, questions))


def check_or_ask(run: Run, entered: Entered, findings: Findings) -> Response:
    """Begin the check, or ask for the password that is not kept any more; raises `SearchElsewhere`."""
    if has_secret(run.draft):
        return begin_check(run, entered, findings)
    return ask_secret(run, entered, run.consent, findings)


def ask_secret(run: Run, entered: Entered, consent: Consent, findings: Findings) -> Response:
    """Let the chosen servers wait in the form that asks for the password."""
    chosen = as_chosen(entered, findings)
    return start_next(run, RunPurpose.PREPARED, chosen, consent, findings, endpoint="servers.edit")


def take_secret(run: Run, findings: Findings, form: SecretForm) -> bool:
    """Keep a password typed here; tell whether there is one at all."""
    if form.secret.data:
        kept = kept_credentials(run.draft)
        credentials = Credentials(form.secret.data, kept.outgoing if kept else None)
        set_draft_secret(db.session(), box(), run.draft, credentials)
        db.session.commit()
    if password_known(run, findings):
        return True
    form.ask()
    return False


def is_complete(run: Run, findings: Findings, form: SecretForm) -> bool:
    """Tell whether every used direction has a server, and say so if not."""
    if all(findings.chosen(direction) for direction in run.entered.wanted()):
        return True
    form.form_errors.append(gettext("A server is still missing. Configure it manually, or search again."))
    return False
