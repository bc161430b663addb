"""Removing an account, anybody's: what goes and what stays is said first."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.accounts import delete_account
from webapp.storage.base import utc_now
from webapp.storage.unsent import keep_unsent
from webapp.web.access import administrators, me
from webapp.web.administration.account_rows import account_facts
from webapp.web.administration.accounts import asked_account
from webapp.web.extensions import db


@administrators
def remove(account_id: int) -> Response | str:
    """Ask once more, then remove the account and its secrets; the system account stays."""
    account = asked_account(account_id)
    if account.is_system:
        abort(403)
    facts = account_facts(account)
    if request.method != "POST":
        return render_template("administration/remove.html", facts=facts)
    keep_unsent(db.session(), account, utc_now())
    delete_account(db.session(), account, me())
    db.session.commit()
    flash(gettext("The account %(address)s is removed.", address=facts.address), "ok")
    return redirect(url_for("administration.accounts"), 303)
