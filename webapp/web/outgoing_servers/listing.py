"""The list of outgoing servers: who sends by each, which is the default, and removing one nobody uses."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.models import OutgoingServer
from webapp.storage.outgoing_list import list_outgoing, provers_of
from webapp.storage.outgoing_servers import (
    InUse,
    delete_outgoing,
    get_outgoing,
    make_default_outgoing,
    may_change_outgoing,
    users_of,
)
from webapp.web.access import me
from webapp.web.extensions import db
from webapp.web.outgoing_servers.dialog import SERVER, Answer, bp
from webapp.web.outgoing_servers.pages import UserLine, server_row
from webapp.web.tables import asked_page, paging_of
from webapp.web.wording.accounts import title_of

LONGEST_SEARCH = 200


@bp.get("/outgoing-servers")
def index() -> str:
    """List the servers of the person's own accounts and of those for everyone, page by page."""
    session = db.session()
    q = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    uses = list_outgoing(session, me(), q, asked_page())
    return render_template(
        "outgoing_servers/index.html",
        q=q,
        rows=[server_row(use) for use in uses.rows],
        pages=paging_of(uses),
        opener=_opener(),
    )


@bp.route(f"/outgoing-servers/{SERVER}/delete", methods=["GET", "POST"])
def delete(server_id: int) -> Answer:
    """Ask once more, then remove the server; while accounts send by it the page names them instead."""
    server = my_server(server_id)
    if request.method != "POST":
        return confirm(server)
    host = server.host
    try:
        delete_outgoing(db.session(), me(), server)
    except InUse:
        db.session.rollback()
        return confirm(server), 422
    db.session.commit()
    flash(gettext("The outgoing server %(server)s is deleted.", server=host), "ok")
    return redirect(url_for("outgoing_servers.index"), 303)


@bp.post(f"/outgoing-servers/{SERVER}/default")
def make_default(server_id: int) -> Response:
    """Let this server stand first where one is chosen."""
    server = my_server(server_id)
    make_default_outgoing(db.session(), me(), server)
    db.session.commit()
    flash(gettext("%(server)s is the default outgoing server now.", server=server.description or server.host), "ok")
    return redirect(url_for("outgoing_servers.index"), 303)


def confirm(server: OutgoingServer) -> str:
    """Return the question, or who is in the way."""
    users = tuple(UserLine(one.id, title_of(one)) for one in users_of(db.session(), server))
    return render_template("outgoing_servers/delete.html", server=server, users=users)


def my_server(server_id: int) -> OutgoingServer:
    """Return a server the person may change; others' personal ones do not exist for anybody else."""
    server = get_outgoing(db.session(), me(), server_id) or abort(404)
    if not may_change_outgoing(me(), server):
        abort(403)
    return server


def _opener() -> int | None:
    """Return an account the person may change that can prove a new server; own ones before those for everyone."""
    provers = provers_of(db.session(), me())
    return provers.get(me().id) or (provers.get(None) if me().is_admin else None)
