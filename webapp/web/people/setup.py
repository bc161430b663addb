"""What one-time links open: the set-up of the first administrator, and a new password."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.journal import record
from webapp.storage.models import Action, LinkPurpose, User
from webapp.storage.own_accounts import own_accounts
from webapp.storage.users import NameTaken, create_user, find_link, has_admin, redeem_link, redeem_reset
from webapp.web import access
from webapp.web.extensions import db
from webapp.web.forms.people import ResetForm, SetupForm
from webapp.web.language import choose_locale
from webapp.web.tokens import form_checks_token

bp = Blueprint("setup", __name__)

Answer = Response | str | tuple[str, int]


@bp.route("/setup/<token>", methods=["GET", "POST"])
@access.public
@form_checks_token
def first_administrator(token: str) -> Answer:
    """Create the first administrator and sign them in."""
    session = db.session()
    if has_admin(session) or find_link(session, LinkPurpose.SETUP, token) is None:
        return link_gone()
    form = SetupForm()
    if not form.validate_on_submit():
        return render_template("setup/first_administrator.html", form=form), 422 if form.is_submitted() else 200
    if redeem_link(session, LinkPurpose.SETUP, token) is None:
        return link_gone()
    try:
        user = add_administrator(form)
    except NameTaken:  # the command line may have added people before
        session.rollback()
        form.refuse_name()
        return render_template("setup/first_administrator.html", form=form), 422
    access.enter(user)
    session.commit()
    flash(gettext("Mailroom is ready. Add the first mail account."), "ok")
    return redirect(url_for("accounts.index"), 303)


@bp.route("/reset-password/<token>", methods=["GET", "POST"])
@access.public
@form_checks_token
def reset_password(token: str) -> Answer:
    """Let the holder of a link choose a new password and sign them in."""
    session = db.session()
    link = find_link(session, LinkPurpose.RESET_PASSWORD, token)
    if link is None or link.user is None or link.user.disabled:
        return link_gone()
    form = ResetForm(link.user.name)
    if not form.validate_on_submit():
        page = render_template("setup/reset_password.html", form=form, holder=link.user)
        return page, 422 if form.is_submitted() else 200
    user = redeem_reset(session, token, form.password.data)
    if user is None:
        return link_gone()
    access.enter(user)
    locked = any(account.locked for account in own_accounts(session, user))
    session.commit()
    flash(gettext("Your new password is set."), "ok")
    if locked:
        flash(gettext("Your own accounts stay locked until you type the passwords of their mailboxes."), "warn")
    return redirect(url_for("accounts.index"), 303)


def add_administrator(form: SetupForm) -> User:
    """Create the first administrator. Raises `NameTaken`."""
    names = form.name.data, form.display_name.data
    user = create_user(db.session(), *names, form.password.data, is_admin=True, language=choose_locale())
    details = ("name", user.name), ("is_admin", "yes")
    record(db.session(), Action.USER_ADDED, by=user, subject=user.display_name, owner_id=user.id, details=details)
    return user


def link_gone() -> Answer:
    """Say that a link is used up, too old, or was never made; which of them is nobody's business."""
    return render_template("setup/link_gone.html", set_up=has_admin(db.session())), 404
