"""The dialog of one outgoing server: its own page, shown over the account's settings where there is room."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.models import Account, AccountKind, OutgoingServer
from webapp.storage.outgoing_servers import OutgoingServerChanged, describe_outgoing, get_outgoing, users_of
from webapp.web.access import me
from webapp.web.accounts.blueprint import account_set_up, editable
from webapp.web.accounts.window import window_of
from webapp.web.extensions import db
from webapp.web.outgoing_servers.form import OutgoingForm, form_values
from webapp.web.outgoing_servers.pages import DialogPage, dialog_page, stored_words
from webapp.web.outgoing_servers.proving import PasswordMissing, Wish, prove, typed_server, unchanged
from webapp.web.outgoing_servers.suggesting import suggestion_for
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.starting import SearchElsewhere

bp = Blueprint("outgoing_servers", __name__)

Answer = Response | str | tuple[str, int]

ACCOUNT = f"<int(max={2**63 - 1}):account_id>"  # a database takes no longer one
SERVER = f"<int(max={2**63 - 1}):server_id>"


@bp.route(f"/accounts/{ACCOUNT}/outgoing/new", methods=["GET", "POST"])
@form_checks_token
def add(account_id: int) -> Answer:
    """Ask for another outgoing server and prove it with the account, which then sends by it."""
    return answer(asked_account(account_id), None)


@bp.route(f"/accounts/{ACCOUNT}/outgoing/{SERVER}", methods=["GET", "POST"])
@form_checks_token
def edit(account_id: int, server_id: int) -> Answer:
    """Show an outgoing server and prove changes of it with the account, and with every other that uses it."""
    account = asked_account(account_id)
    server = get_outgoing(db.session(), me(), server_id)
    if server is None or server.owner_id != account.owner_id:
        abort(404)
    return answer(account, server)


@bp.get("/outgoing-servers/suggestion")
def suggestion() -> str:
    """Return port and security with what is known of a server name that was just typed; blanks are filled."""
    form = OutgoingForm(formdata=request.args, meta={"csrf": False})
    known = suggestion_for(form.outgoing_host.data or "")
    blank = not form.outgoing_port.data and not form.outgoing_security.data
    if known is not None and blank:
        form.outgoing_port.data, form.outgoing_security.data = str(known.port), known.security.value
    page = DialogPage(form=form, suggestion=known)
    return render_template("outgoing_servers/_place.html", page=page, form=form)


def answer(account: Account, server: OutgoingServer | None) -> Answer:
    """Show the form, or take it."""
    form = OutgoingForm(**form_values(account, server))
    if not form.is_submitted():
        return draw(account, server, form)
    if not form.validate():
        return draw(account, server, form, status=422)
    try:
        return take(account, server, form)
    except OutgoingServerChanged as changed:
        db.session.rollback()
        return draw(account, server, form, overtaken(form, changed.server), status=422)
    except PasswordMissing as missing:
        form.secret.errors = [missing.sentence]
    except SearchElsewhere as elsewhere:
        form.form_errors.append(elsewhere.sentence)
    return draw(account, server, form, status=422)


def take(account: Account, server: OutgoingServer | None, form: OutgoingForm) -> Response:
    """Save a new description at once; prove everything a server sees. Raises what the view knows how to tell."""
    if server is not None and form.seen_version != server.version:
        raise OutgoingServerChanged(server)
    entered = typed_server(account, server, form)
    wish = Wish(account, server, entered, form.description.data or "", form.secret.data or None)
    retest = request.form.get("next") == "retest"
    if server is None or retest or not unchanged(wish):
        return prove(wish, form.seen_version, retest=retest)
    describe_outgoing(db.session(), me(), server, wish.description, form.seen_version)
    db.session.commit()
    flash(gettext("Saved."), "ok")
    return redirect(url_for("accounts.page", account_id=account.id), 303)


def overtaken(form: OutgoingForm, server: OutgoingServer | None) -> str | None:
    """Tell that somebody else was quicker; what was typed stays, and the next press goes on from the newest values."""
    form.form_errors.append(
        gettext("Somebody else changed this server while this page was open. Nothing was saved yet.")
    )
    if server is None:
        return None
    form.show_version(server.version)
    return stored_words(server)


def draw(
    account: Account, server: OutgoingServer | None, form: OutgoingForm, stored: str | None = None, status: int = 200
) -> tuple[str, int]:
    """Return the page over the settings of the account."""
    users = users_of(db.session(), server) if server is not None else ()
    page = dialog_page(account, server, form, users, stored)
    window = window_of(account, "page")
    html = render_template("outgoing_servers/dialog.html", window=window, page=page, form=form, behind=True)
    return html, status


def asked_account(account_id: int) -> Account:
    """Return the account whose settings the dialog stands over, if the person may change it and it has letters."""
    account = editable(account_set_up(account_id))
    if account.kind is AccountKind.NEWS:
        abort(404)
    return account
