"""Signing in and out."""

from ipaddress import ip_address, ip_network

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from webapp.storage.throttle import take
from webapp.storage.users import authenticate, folded, has_admin
from webapp.web import access
from webapp.web.extensions import db
from webapp.web.forms.people import SignInForm
from webapp.web.tokens import form_checks_token

bp = Blueprint("sign_in", __name__)

# Tries in a row, and seconds until the next one is free again.
TRIES_PER_NAME = (8, 30)
TRIES_PER_CLIENT = (30, 10)

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.route("/sign-in", methods=["GET", "POST"])
@access.public
@form_checks_token
def enter() -> Answer:
    """Ask for name and password."""
    target = access.safe_path(request.args.get("next", "")) or url_for("home.index")
    if access.me_or_nobody() is not None:
        return redirect(target, 303)
    if not has_admin(db.session()):
        return redirect(url_for("home.index"), 303)
    form = SignInForm()
    if not form.is_submitted():
        return render_template("sign_in/enter.html", form=form, ended="next" in request.args)
    if not form.validate():
        return render_template("sign_in/enter.html", form=form), 422
    return answer(form, target)


@bp.post("/sign-out")
def leave() -> Response:
    """Sign out."""
    access.leave()
    flash(gettext("You have signed out."), "ok")
    return redirect(url_for("sign_in.enter"), 303)


def answer(form: SignInForm, target: str) -> Answer:
    """Let the person in, or say why not; the try is counted before the password is looked at."""
    wait_s = seconds_to_wait(form.name.data)
    if wait_s:
        form.form_errors.append(
            ngettext(
                "Too many tries. Try again in %(num)s second.", "Too many tries. Try again in %(num)s seconds.", wait_s
            )
        )
        return render_template("sign_in/enter.html", form=form), 429, {"Retry-After": str(wait_s)}
    user = authenticate(db.session(), form.name.data, form.password.data)
    if user is None:
        form.form_errors.append(gettext("This name and password do not match. Check both, and the keyboard layout."))
        return render_template("sign_in/enter.html", form=form), 422
    access.enter(user)
    db.session.commit()
    return redirect(target, 303)


def seconds_to_wait(name: str) -> int:
    """Take a try of this name and of this client; return how long the longer of the two must wait."""
    session = db.session()
    waits = (
        take(session, f"sign-in:name:{folded(name)}", *TRIES_PER_NAME),
        take(session, f"sign-in:client:{client_network()}", *TRIES_PER_CLIENT),
    )
    session.commit()
    return max(waits)


def client_network() -> str:
    """Return the client's address; of IPv6 the /64, for everybody has many addresses in one."""
    try:
        client = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    return str(client) if client.version == 4 else str(ip_network(f"{client}/64", strict=False))
