"""The people who work with Mailroom: the list, adding somebody, one person's page."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.models import User
from webapp.storage.own_accounts import own_accounts
from webapp.storage.users import NameTaken, UserRow, get_user, list_users
from webapp.web.access import administrators, me
from webapp.web.administration import user_changes
from webapp.web.administration.user_lines import user_line
from webapp.web.extensions import db, parts
from webapp.web.forms.users import NamesForm, NewUserForm, names_of
from webapp.web.tables import asked_page, paging_of
from webapp.web.tokens import form_checks_token

PREFIX = "/administration/users"

bp = Blueprint("users", __name__, url_prefix=PREFIX)

NUMBER = f"<int(max={2**63 - 1}):user_id>"  # a database takes no longer one
LONGEST_SEARCH = 200

Answer = Response | str | tuple[str, int]


@bp.get("")
@administrators
def index() -> str:
    """List the people, page by page."""
    q = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    page = list_users(db.session(), q, asked_page()).of(user_line)
    return render_template("administration/users.html", q=q, lines=page.rows, pages=paging_of(page))


@bp.route("/new", methods=["GET", "POST"])
@administrators
@form_checks_token
def new() -> Answer:
    """Add somebody; the answer shows the link for choosing a password, once."""
    form = NewUserForm()
    if not form.validate_on_submit():
        return render_template("administration/user_new.html", form=form), 422 if form.is_submitted() else 200
    try:
        user = user_changes.add_user(form)
    except NameTaken:
        form.refuse_name()
        return render_template("administration/user_new.html", form=form), 422
    return show_link(user, added=True), 201


@bp.route(f"/{NUMBER}", methods=["GET", "POST"])
@administrators
@form_checks_token
def page(user_id: int) -> Answer:
    """Show one person and change what they are called."""
    user = asked_user(user_id)
    form = NamesForm(**names_of(user))
    if not form.validate_on_submit():
        return user_page(user, form), 422 if form.is_submitted() else 200
    try:
        user_changes.name_user(user, form)
    except NameTaken:
        form.refuse_name()
        return user_page(user, form), 422
    db.session.commit()
    flash(gettext("The names are saved."), "ok")
    return redirect(url_for("users.page", user_id=user.id), 303)


def asked_user(user_id: int) -> User:
    """Return the person the address names, or answer that there is none."""
    return get_user(db.session(), user_id) or abort(404)


def user_page(user: User, form: NamesForm) -> str:
    """Return one person's page."""
    accounts = own_accounts(db.session(), user)
    return render_template(
        "administration/user.html",
        form=form,
        user=user,
        line=user_line(UserRow(user, len(accounts))),
        mine=user is me(),
        own=len(accounts),
        frozen=sum(account.frozen for account in accounts),
        locked=sum(account.locked and not account.frozen for account in accounts),
    )


def show_link(user: User, *, added: bool = False) -> str:
    """Make a link for the person and return the page that shows it; it is nowhere else. Commits."""
    token = user_changes.make_link(user)
    db.session.commit()
    return render_template("administration/user_link.html", user=user, link=link_of(token), added=added)


def link_of(token: str) -> str:
    """Return the address of a one-time link; by what the office is called, for a proxy may have spoken http to us."""
    address = parts().settings.public_url or request.host_url.rstrip("/")
    return address + url_for("setup.reset_password", token=token)
