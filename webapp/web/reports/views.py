"""What a person takes along from a run: its report, to copy or as a file, and what to ask the provider."""

import re

from flask import Blueprint, Response, render_template, request

from webapp.storage.base import utc_now
from webapp.storage.models import Run
from webapp.storage.runs import steps_of
from webapp.web.explaining.entries import Language
from webapp.web.extensions import db, parts
from webapp.web.moments import local
from webapp.web.reports.compiling import report_of
from webapp.web.reports.installation import installation
from webapp.web.reports.question_pages import questions_page
from webapp.web.reports.report_text import TextLines, lines_of, text_of
from webapp.web.runs.places import place_of
from webapp.web.runs.views import my_run
from webapp.web.wording.names import readable_address

bp = Blueprint("reports", __name__)


@bp.get("/runs/<run_id>/report")
def page(run_id: str) -> str:
    """Show the report, to be read before it is given away."""
    run = my_run(run_id)
    address = readable_address(run.entered.address)
    return render_template("reports/report.html", run=run, address=address, lines=lines_for(run))


@bp.get("/runs/<run_id>/report.txt")
def text(run_id: str) -> Response:
    """Give the report as a file."""
    run = my_run(run_id)
    answer = Response(text_of(lines_for(run)), mimetype="text/plain")
    answer.headers.set("Content-Disposition", "attachment", filename=file_name(run))
    return answer


@bp.get("/runs/<run_id>/questions")
def questions(run_id: str) -> str:
    """Show what is still unknown as questions, and a letter that asks them; `letter` is its language."""
    run, wanted = my_run(run_id), request.args.get("letter")
    language = Language(wanted) if wanted in set(Language) else None
    return render_template("reports/questions.html", page=questions_page(run, steps_of(db.session(), run), language))


def lines_for(run: Run) -> TextLines:
    """Return the report of a run as it stands now."""
    steps, here = steps_of(db.session(), run), installation(db.session(), parts().settings)
    return lines_of(report_of(run, steps, place_of(run), here, utc_now()))


def file_name(run: Run) -> str:
    """Return what a report is saved as: whose mail it is about, and the day of the run."""
    domain = re.sub(r"[^a-z0-9.-]", "", run.entered.domain)
    return f"mailroom-report-{domain}-{local(run.created_at):%Y-%m-%d}.txt"
