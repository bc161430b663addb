"""The front door: where to go from the bare address, and the sign of life for service managers."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webapp.storage.mailboxes import has_mailbox
from webapp.storage.users import has_admin
from webapp.web import access
from webapp.web.extensions import db

bp = Blueprint("home", __name__)


@bp.get("/")
@access.public
def index() -> Response | str:
    """Lead to the letters, to the accounts while none brings letters, to signing in, or to the set-up link."""
    if access.me_or_nobody() is not None:
        letters = has_mailbox(db.session(), access.me())
        return redirect(url_for("mail.index" if letters else "accounts.index"), 303)
    if has_admin(db.session()):
        return redirect(url_for("sign_in.enter"), 303)
    return render_template("setup/waiting.html")


@bp.get("/healthz")
@access.public
def healthz() -> tuple[str, dict[str, str]]:
    """Say that the process answers; nothing about anything else."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}
