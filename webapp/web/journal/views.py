"""The journal: everybody reads their own part, administrators all of it."""

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for

from webapp.storage.journal import actors, export, read
from webapp.storage.models import Action
from webapp.web.access import me
from webapp.web.extensions import db
from webapp.web.journal.export import csv_rows, when_words
from webapp.web.journal.lines import asked, line_of
from webapp.web.moments import today
from webapp.web.tables import asked_page, paging_of
from webapp.web.wording.journal import action_words

bp = Blueprint("journal", __name__)


@bp.get("/journal")
def index() -> str:
    """Show a page of what was done, the newest first."""
    session, wanted = db.session(), asked(request.args)
    page = read(session, me(), wanted.query(asked_page())).of(line_of)
    people = [(str(number), name) for number, name in actors(session, me())]
    return render_template(
        "journal/index.html",
        asked=wanted,
        lines=page.rows,
        pages=paging_of(page),
        export_url=url_for("journal.table", **wanted.address()),
        actions=[(action.value, action_words(action)) for action in Action],
        people=people,
        when=when_words(),
    )


@bp.get("/journal/export")
def table() -> Response:
    """Give what the filter shows, all pages of it, as a table; a long one goes out while it is read."""
    lines = (line_of(entry) for entry in export(db.session(), me(), asked(request.args).query()))
    name = f"journal-{today():%Y-%m-%d}.csv"
    answer = Response(stream_with_context(csv_rows(lines)), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
