"""Signing in and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.users import authenticate, has_admin
from webapp.web import access
from webapp.web.extensions import db
from webapp.web.forms.people import SignInForm
from webapp.web.people.brake import seconds_to_wait, too_many_tries
from webapp.web.tokens import form_checks_token

bp = Blueprint("sign_in", __name__)

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
    db.session.commit()
    flash(gettext("You have signed out."), "ok")
    return redirect(url_for("sign_in.enter"), 303)


def answer(form: SignInForm, target: str) -> Answer:
    """Let the person in, or say why not; the try is counted before the password is looked at."""
    wait_s = seconds_to_wait(form.name.data)
    if wait_s:
        form.form_errors.append(too_many_tries(wait_s))
        return render_template("sign_in/enter.html", form=form), 429, {"Retry-After": str(wait_s)}
    user = authenticate(db.session(), form.name.data, form.password.data)
    if user is None:
        form.form_errors.append(gettext("This name and password do not match. Check both, and the keyboard layout."))
        return render_template("sign_in/enter.html", form=form), 422
    access.enter(user)
    db.session.commit()
    return redirect(target, 303)
