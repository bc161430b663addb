"""The page of a run in all its phases: one partial, drawn whole, asked for again while it goes on, stopped."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.storage.models import Run, RunPurpose
from webapp.storage.runs import get_run_of, request_stop, saving_run, steps_of
from webapp.web.access import me
from webapp.web.accounts.window import window_of
from webapp.web.extensions import db, runner
from webapp.web.forms.secret import SecretForm
from webapp.web.runs.changes import change_of
from webapp.web.runs.found_servers import findings_of, of_news
from webapp.web.runs.ladder import ladder_of
from webapp.web.runs.ladder_details import detail_of
from webapp.web.runs.pauses import pause_end_of
from webapp.web.runs.places import Kind, Place, place_of
from webapp.web.runs.run_pages import RunPage, run_page
from webapp.web.runs.server_pages import servers_page, wants_servers
from webapp.web.wizard.choosing import shared_username
from webapp.web.wizard.passwords import password_known

bp = Blueprint("runs", __name__)


@bp.get("/runs/<run_id>")
def page(run_id: str) -> Response | str:
    """Show the run: going on, found, failed, saved. Recommended values are there to be edited."""
    run = my_run(run_id)
    if run.purpose is not RunPurpose.CHECK:  # a check stays what it was, whatever was saved after it
        run = unsaved_run(run_id, but=run)
    if run.purpose is RunPurpose.PREPARED:
        return redirect(url_for("servers.edit", run_id=run.id), 303)
    return draw("runs/page.html", run)


@bp.get("/runs/<run_id>/progress")
def progress(run_id: str) -> Response | str:
    """Return the part of the page that changes; the last answer asks for no more."""
    run = my_run(run_id)
    if place_of(run).kind is not Kind.NEW and not run.unfinished and "HX-Request" in request.headers:
        # The end may have changed what stands around the run: states in the left pane, the banner above.
        return Response(headers={"HX-Redirect": url_for("runs.page", run_id=run.id)})
    return draw("runs/progress.html", run)


@bp.get("/runs/<run_id>/steps")
def steps(run_id: str) -> str:
    """Show what was asked and what came back: of one step, named by its key, or of all of them."""
    run, key = my_run(run_id), request.args.get("key")
    chosen = [step for step in steps_of(db.session(), run) if key in (None, step.key)]
    if key is not None and not chosen:
        abort(404)
    part = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    return render_template(
        "runs/step.html" if part else "runs/steps.html",
        run_id=run.id,
        place=place_of(run),
        ladder=ladder_of(chosen, news=of_news(run)),
        details={step.key: detail_of(run, step) for step in chosen},
    )


@bp.post("/runs/<run_id>/stop")
def stop(run_id: str) -> Response:
    """Stop the run; harmless to repeat and after its end."""
    run = my_run(run_id)
    request_stop(db.session(), run)
    db.session.commit()
    runner().stop(run.id)
    return redirect(url_for("runs.page", run_id=run.id), 303)


def my_run(run_id: str) -> Run:
    """Return the person's own run; of others', and of accounts gone from sight, nobody learns whether they exist."""
    run = get_run_of(db.session(), me(), run_id)
    if run is None or run.draft is None:  # the draft may go, with its runs, between the two questions
        abort(404)
    place_of(run)
    return run


def unsaved_run(run_id: str, *, but: Run | None = None) -> Run:
    """Return the person's own run; once its draft is saved, lead (but from `but`) to the run that saved it."""
    run = but or my_run(run_id)
    saved = saving_run(db.session(), run.draft)
    if saved is not None and saved is not but:
        abort(redirect(url_for("runs.page", run_id=saved.id), 303))
    return run


def draw(template: str, run: Run, form: SecretForm | None = None) -> str:
    """Return the page or the part of it, with whatever form the phase needs."""
    place = place_of(run)
    ladder = ladder_of(steps_of(db.session(), run), news=of_news(run))
    page = run_page(run, ladder, place.story, pause_end=pause_end_of(run), decides=place.may_edit)
    secret = form or secret_form(page, place)
    servers = servers_page(run) if place.may_edit and wants_servers(page) else None
    whole = template != "runs/progress.html"
    return render_template(
        template,
        page=page,
        place=place,
        window=window_of(place.account) if place.account is not None and whole else None,
        change=change_of(page, place),
        secret_kept=password_known(run, findings_of(run)),
        form=form,
        secret_form=secret,
        servers=servers,
        anchors=servers.anchors if servers else secret_anchors(secret, place) if page.asks_password else {},
    )


def secret_form(page: RunPage, place: Place) -> SecretForm:
    """Return the box for the password, with the refusal at the box it is about."""
    form = SecretForm(formdata=None, username=shared_username(findings_of(page.run)))
    anchors = secret_anchors(form, place)
    for one in page.complaints if page.asks_password else ():
        if one.field in anchors:
            box = form[anchors[one.field]]
            box.errors = [*box.errors, one.sentence]
    if page.asks_password and not page.complaints:
        form.secret.errors = [page.heading]
    return form


def secret_anchors(form: SecretForm, place: Place) -> dict[str, str]:
    """Return which problems have their field in the small form, and its id."""
    anchors = {"secret": form.secret.id}
    if form.username.data and place.may_edit:
        anchors |= {"incoming_username": form.username.id, "outgoing_username": form.username.id}
    return anchors
