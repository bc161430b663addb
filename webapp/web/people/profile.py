"""One's own profile: name, language, where notices go, theme, and the sign-in password."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext, refresh
from werkzeug.wrappers import Response

from webapp.storage.journal import record
from webapp.storage.models import Action, User
from webapp.storage.notice_addresses import address_of_accounts
from webapp.storage.users import authenticate, called, rename_user, set_password
from webapp.web.access import change_key, me, my_session
from webapp.web.extensions import db
from webapp.web.forms.own_profile import OwnProfileForm, PasswordForm
from webapp.web.people.brake import seconds_to_wait, too_many_tries
from webapp.web.tokens import form_checks_token
from webapp.web.wording.names import readable_address
from webapp.web.wording.themes import theme_choices

bp = Blueprint("profile", __name__)

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.route("/profile", methods=["GET", "POST"])
@form_checks_token
def page() -> Answer:
    """Show and change what one is called and the language one reads."""
    form = OwnProfileForm(me())
    if not form.validate_on_submit():
        return draw(form), 422 if form.is_submitted() else 200
    save(form)
    refresh()  # what is said now is said in the language just chosen
    flash(gettext("Your profile is saved."), "ok")
    return redirect(url_for("profile.page"), 303)


def draw(form: OwnProfileForm) -> str:
    """Return the page; an empty address for notices stands for that of an account."""
    instead = address_of_accounts(db.session(), me())
    return render_template(
        "people/profile.html",
        form=form,
        themes=theme_choices(),
        instead=readable_address(instead.address) if instead is not None else None,
    )


@bp.route("/profile/password", methods=["GET", "POST"])
@form_checks_token
def password() -> Answer:
    """Ask for the present password, take a new one, and sign the person out everywhere else."""
    form = PasswordForm(me().name)
    if not form.validate_on_submit():
        return render_template("people/password.html", form=form), 422 if form.is_submitted() else 200
    wait_s = seconds_to_wait(me().name)
    if wait_s:
        form.form_errors.append(too_many_tries(wait_s))
        return render_template("people/password.html", form=form), 429, {"Retry-After": str(wait_s)}
    if authenticate(db.session(), me().name, form.old_password.data) is None:
        form.refuse_old()
        return render_template("people/password.html", form=form), 422
    replace_password(form.password.data)
    flash(gettext("Your new password is set. Here you stay signed in; your sessions elsewhere have ended."), "ok")
    return redirect(url_for("profile.page"), 303)


def save(form: OwnProfileForm) -> None:
    """Store the profile; the cookie keeps the language for the time after signing out."""
    person = me()
    wanted = (
        ("display_name", called(form.display_name.data, person.name)),
        ("language", form.language.data or ""),
        ("notice_address", form.read_notice_address or ""),
    )
    changed = [pair for pair in wanted if pair not in names(person)]
    if changed:
        about = person.display_name
        record(db.session(), Action.USER_CHANGED, by=person, subject=about, owner_id=person.id, details=changed)
    rename_user(db.session(), person, form.display_name.data)
    person.language = form.language.data or None
    person.notice_address = form.read_notice_address
    session["language"] = person.language or ""
    db.session.commit()


def names(person: User) -> tuple[tuple[str, str], ...]:
    """Return what the form is about, as the journal tells it."""
    address = person.notice_address or ""
    return ("display_name", person.display_name), ("language", person.language or ""), ("notice_address", address)


def replace_password(new: str) -> None:
    """Set the new password, end the person's other sessions, and make copies of this one's cookie worthless."""
    person, database = me(), db.session()
    set_password(database, person, new, keep=my_session())
    change_key()
    record(database, Action.SIGN_IN_PASSWORD_CHANGED, by=person, subject=person.display_name, owner_id=person.id)
    database.commit()
