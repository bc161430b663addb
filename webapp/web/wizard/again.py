"""Beginning a change again after somebody else was quicker, with what was typed, on the newest values."""

from dataclasses import replace

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from webapp.detection.consent import with_pins_of
from webapp.detection.types import Consent
from webapp.storage.models import Draft, DraftAim, DraftDetails, Run, RunPurpose
from webapp.storage.using import begin_change, consent_of, details_of
from webapp.web.access import me, my_session
from webapp.web.extensions import box, db
from webapp.web.forms.secret import SecretForm
from webapp.web.language import letter_language
from webapp.web.runs.found_servers import findings_of
from webapp.web.runs.places import may_edit
from webapp.web.runs.views import draw, unsaved_run
from webapp.web.wizard.draft_keeping import kept_credentials
from webapp.web.wizard.starting import SearchElsewhere, start_first

bp = Blueprint("again", __name__)

Answer = Response | tuple[str, int]


@bp.get("/runs/<run_id>/again")
def back(run_id: str) -> Response:
    """Lead whoever reloads the answer of a refused press to the page it was pressed on."""
    return redirect(url_for("runs.page", run_id=unsaved_run(run_id).id), 303)


@bp.post("/runs/<run_id>/again")
def begin(run_id: str) -> Answer:
    """Put what was typed into a new draft that has seen the newest values, and show it before anything is tried."""
    run = unsaved_run(run_id)
    if run.draft.aim is DraftAim.NEW_ACCOUNT or not may_edit(run.draft):
        abort(403)
    draft = fresh_draft(run)
    consent = still_accepted(run)
    findings = with_pins_of(findings_of(run), consent)
    try:
        return start_first(draft, RunPurpose.PREPARED, run.entered, consent, findings, endpoint="servers.edit")
    except SearchElsewhere as elsewhere:
        form = SecretForm(formdata=None)
        form.form_errors.append(elsewhere.sentence)
        return draw("runs/page.html", run, form), 422


def fresh_draft(run: Run) -> Draft:
    """Return a draft of the same change, measured by the account as it is now."""
    old = run.draft
    account = old.account or abort(404)
    handed_over = old.outgoing is not None and old.outgoing.owner_id != account.owner_id
    return begin_change(
        db.session(),
        me(),
        my_session(),
        account,
        renewed(old.details, details_of(account, letter_language())),
        aim=old.aim,
        outgoing=None if handed_over else old.outgoing,
        credentials=kept_credentials(old),
        box=box(),
    )


def still_accepted(run: Run) -> Consent:
    """Return what was agreed to, certificates only as the account accepts them now: trust may have been withdrawn."""
    account = run.draft.account or abort(404)
    now = consent_of(account)
    return replace(run.consent, pins=now.pins, certificates=now.certificates)


def renewed(typed: DraftDetails, newest: DraftDetails) -> DraftDetails:
    """Return the newest details with what the servers' forms ask for as it was typed; names stay as they were left."""
    return replace(
        newest,
        address=typed.address,
        for_sending=typed.for_sending,
        for_receiving=typed.for_receiving,
        remember_password=typed.remember_password,
        automatic=newest.automatic and typed.remember_password,
        description=typed.description,
    )
