"""The saved mail accounts: the list, one account with the record of its check, deleting it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.accounts import accounts_visible_to, delete_account, get_visible, may_change
from webapp.storage.models import Account
from webapp.storage.runs import steps_of
from webapp.web.access import me
from webapp.web.accounts.account_pages import account_line, account_page
from webapp.web.extensions import db
from webapp.web.runs.ladder import ladder_of

bp = Blueprint("accounts", __name__)

NUMBER = f"<int(max={2**63 - 1}):account_id>"  # a database takes no longer one


@bp.get("/accounts")
def index() -> str:
    """List the accounts the person may use."""
    lines = [account_line(account) for account in accounts_visible_to(db.session(), me())]
    return render_template("accounts/index.html", lines=lines)


@bp.get(f"/accounts/{NUMBER}")
def page(account_id: int) -> str:
    """Show one account: its settings, and the record of the check that saved it."""
    account = my_account(account_id)
    run = account.proved_run
    ladder = ladder_of(steps_of(db.session(), run)) if run is not None else None
    return render_template(
        "accounts/page.html", page=account_page(account, run), ladder=ladder, may_change=may_change(me(), account)
    )


@bp.route(f"/accounts/{NUMBER}/delete", methods=["GET", "POST"])
def delete(account_id: int) -> Response | str:
    """Ask once more, then remove the account and its secrets."""
    account = my_account(account_id)
    if not may_change(me(), account):
        abort(403)
    if request.method == "GET":
        return render_template("accounts/delete.html", line=account_line(account))
    address = account_line(account).address
    delete_account(db.session(), account)
    db.session.commit()
    flash(gettext("The account %(address)s is deleted.", address=address), "ok")
    return redirect(url_for("accounts.index"), 303)


def my_account(account_id: int) -> Account:
    """Return an account the person may see; of others nobody learns whether it exists."""
    return get_visible(db.session(), me(), account_id) or abort(404)
