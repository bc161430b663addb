"""What administrators do to a person, each on a page that says first what it means."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.models import Account, User
from webapp.storage.own_accounts import own_accounts
from webapp.storage.users import LastAdministrator, person_leaves
from webapp.web.access import administrators, me
from webapp.web.administration import user_changes
from webapp.web.administration.account_rows import title_of
from webapp.web.administration.users import NUMBER, PREFIX, Answer, asked_user, show_link
from webapp.web.extensions import db
from webapp.web.wording import user_steps as wording
from webapp.web.wording.names import readable_address
from webapp.web.wording.user_steps import Step, step_words

bp = Blueprint("user_steps", __name__, url_prefix=PREFIX)

YES, NO = "yes", "no"


@dataclass(frozen=True)
class OwnAccount:
    """One of the accounts that will be frozen."""

    title: str
    address: str


@bp.route(f"/{NUMBER}/administrator", methods=["GET", "POST"])
@administrators
def administrator(user_id: int) -> Answer:
    """Make the person an administrator, or take that away; the button says which, so pressing twice is harmless."""
    user = asked_user(user_id)
    if request.method != "POST":
        return ask(user, Step.DEMOTE if user.is_admin else Step.PROMOTE)
    wanted = request.form.get("is_admin")
    if wanted not in (YES, NO):
        abort(400)
    if wanted == NO and user is me():
        return refuse(user, Step.DEMOTE, wording.own_row())
    try:
        user_changes.make_administrator(user, wanted == YES)
    except LastAdministrator:
        return refuse(user, Step.DEMOTE, wording.last_administrator())
    return done(user, gettext("The rights of %(name)s are changed.", name=user.display_name))


@bp.route(f"/{NUMBER}/disable", methods=["GET", "POST"])
@administrators
def disable(user_id: int) -> Answer:
    """Keep the person out; their accounts stay as they are."""
    user = asked_user(user_id)
    if request.method != "POST":
        return ask(user, Step.DISABLE)
    if user is me():
        return refuse(user, Step.DISABLE, wording.own_row())
    try:
        user_changes.keep_out(user)
    except LastAdministrator:
        return refuse(user, Step.DISABLE, wording.last_administrator())
    return done(user, gettext("%(name)s cannot sign in any more.", name=user.display_name))


@bp.route(f"/{NUMBER}/enable", methods=["GET", "POST"])
@administrators
def enable(user_id: int) -> Answer:
    """Let the person in again."""
    user = asked_user(user_id)
    if request.method != "POST":
        return ask(user, Step.ENABLE)
    user_changes.let_in(user)
    return done(user, gettext("%(name)s can sign in again.", name=user.display_name))


@bp.route(f"/{NUMBER}/reset", methods=["GET", "POST"])
@administrators
def reset(user_id: int) -> Answer:
    """Make a link by which the person chooses a new sign-in password; the answer shows it, once."""
    user = asked_user(user_id)
    if user is me():
        return redirect(url_for("profile.password"), 303)
    if user.disabled:
        return refuse(user, Step.RESET, wording.disabled(user))
    return ask(user, Step.RESET) if request.method != "POST" else show_link(user)


@bp.route(f"/{NUMBER}/leaving", methods=["GET", "POST"])
@administrators
def leaving(user_id: int) -> Answer:
    """Show what will be frozen, then keep the person out and freeze it, in one step."""
    user = asked_user(user_id)
    accounts = own_accounts(db.session(), user)
    if request.method != "POST":
        return ask(user, Step.LEAVING, accounts)
    if user is me():
        return refuse(user, Step.LEAVING, wording.own_row(), accounts)
    try:
        person_leaves(db.session(), user, me())
    except LastAdministrator:
        return refuse(user, Step.LEAVING, wording.last_administrator(), accounts)
    return done(user, gettext("%(name)s has left: signed out everywhere, own accounts frozen.", name=user.display_name))


def ask(user: User, step: Step, accounts: Sequence[Account] = (), refusal: str | None = None) -> str:
    """Return the page that says what the step means and has its button, or why it cannot be taken."""
    if refusal is None and user is me() and step in wording.NOT_ONESELF:
        refusal = wording.own_row()
    return render_template(
        "administration/user_step.html",
        user=user,
        step=step_words(step, user, len(accounts)),
        accounts=[OwnAccount(title_of(one.title, one.address), readable_address(one.address)) for one in accounts],
        refusal=refusal,
    )


def refuse(user: User, step: Step, sentence: str, accounts: Sequence[Account] = ()) -> Answer:
    """Return the page with what stands in the way; nothing was done."""
    db.session.rollback()
    return ask(user, step, accounts, sentence), 422


def done(user: User, sentence: str) -> Response:
    """Keep what was done, and return to the person's page saying so."""
    db.session.commit()
    flash(sentence, "ok")
    return redirect(url_for("users.page", user_id=user.id), 303)
