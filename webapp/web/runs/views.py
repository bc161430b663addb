"""The page of a run in all its phases: one partial, drawn whole, asked for again while it goes on, stopped."""

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webapp.storage.drafts import has_secret
from webapp.storage.models import Run, RunPurpose
from webapp.storage.runs import get_run_of, request_stop, saving_run, steps_of
from webapp.web.access import me
from webapp.web.extensions import db, runner
from webapp.web.forms.secret import SecretForm
from webapp.web.runs.found_servers import findings_of
from webapp.web.runs.ladder import ladder_of
from webapp.web.runs.phases import Phase
from webapp.web.runs.run_pages import RunPage, run_page
from webapp.web.runs.server_pages import servers_page, wants_servers
from webapp.web.wizard.choosing import shared_username
from webapp.web.wizard.consents import certificates_of

bp = Blueprint("runs", __name__)


@bp.get("/runs/<run_id>")
def page(run_id: str) -> Response | str:
    """Show the run: going on, found, failed, saved. Recommended values are there to be edited."""
    run = my_run(run_id)
    if run.account_id is None:
        run = unsaved_run(run_id)
    if run.purpose is RunPurpose.PREPARED:
        return redirect(url_for("servers.edit", run_id=run.id), 303)
    return draw("runs/page.html", run)


@bp.get("/runs/<run_id>/progress")
def progress(run_id: str) -> str:
    """Return the part of the page that changes; the last answer asks for no more."""
    return draw("runs/progress.html", my_run(run_id))


@bp.post("/runs/<run_id>/stop")
def stop(run_id: str) -> Response:
    """Stop the run; harmless to repeat and after its end."""
    run = my_run(run_id)
    request_stop(db.session(), run)
    db.session.commit()
    runner().stop(run.id)
    return redirect(url_for("runs.page", run_id=run.id), 303)


def my_run(run_id: str) -> Run:
    """Return the person's own run; of others' nobody learns whether it exists."""
    return get_run_of(db.session(), me(), run_id) or abort(404)


def unsaved_run(run_id: str) -> Run:
    """Return the person's own run; once its account is saved, lead from its pages to the run that saved it."""
    run = my_run(run_id)
    saved = saving_run(db.session(), run.draft)
    if saved is not None:
        abort(redirect(url_for("runs.page", run_id=saved.id), 303))
    return run


def draw(template: str, run: Run, form: SecretForm | None = None) -> str:
    """Return the page or the part of it, with whatever form the phase needs."""
    page = run_page(run, ladder_of(steps_of(db.session(), run)))
    return render_template(
        template,
        page=page,
        secret_kept=has_secret(run.draft),
        form=form,
        secret_form=form or secret_form(page),
        servers=servers_page(run) if wants_servers(page) else None,
        certificates=certificates_of(run.outcome),
    )


def secret_form(page: RunPage) -> SecretForm:
    """Return the box for the password, with the refusal at it if that is why it is shown."""
    form = SecretForm(formdata=None, username=shared_username(findings_of(page.run)))
    if page.phase is Phase.LOGIN_REFUSED:
        form.secret.errors = [one.sentence for one in page.complaints]
    return form
