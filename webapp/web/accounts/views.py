"""The settings window as a whole: its front page, default account, duplicate, deleting. Sections have modules."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.accounts import accounts_visible_to, default_account, delete_account, make_default, may_send_as
from webapp.storage.base import utc_now
from webapp.storage.models import Account, AccountKind
from webapp.storage.unsent import keep_unsent
from webapp.web.access import me

# Each section adds its views to the blueprint when it is imported.
from webapp.web.accounts import (
    certificates,
    checks,
    incoming,
    letters,
    news,
    outgoing_choice,
    passwords,
    profile,
    traffic,
    waiting,
)
from webapp.web.accounts.blueprint import NUMBER, Answer, account_set_up, bp, changeable, my_account
from webapp.web.accounts.window import window_of
from webapp.web.extensions import db
from webapp.web.wording.accounts import title_of

__all__ = [
    "bp",
    "certificates",
    "checks",
    "incoming",
    "letters",
    "news",
    "outgoing_choice",
    "passwords",
    "profile",
    "traffic",
    "waiting",
]


@bp.get("/accounts")
def index() -> Answer:
    """Show all accounts, and beside them, where there is room, the one used by default."""
    account = shown_first()
    if account is None:
        return render_template("accounts/index.html", window=window_of(None))
    return profile.draw(account)


def shown_first() -> Account | None:
    """Return the default account, else the first one that is set up; the system account only if it is alone."""
    chosen = default_account(db.session(), me())
    candidates = [chosen] if chosen else accounts_visible_to(db.session(), me(), limit=2)[::-1]
    return next((account for account in candidates if account.proved_at is not None), None)


@bp.post(f"/accounts/{NUMBER}/default")
def set_default(account_id: int) -> Response:
    """Let new letters be written from this account unless another is chosen."""
    account = account_set_up(account_id)
    if not may_send_as(me(), account):
        abort(403)
    make_default(db.session(), me(), account)
    db.session.commit()
    flash(gettext("New letters are sent from %(title)s by default.", title=title_of(account)), "ok")
    return redirect(url_for("accounts.page", account_id=account.id), 303)


@bp.get(f"/accounts/{NUMBER}/duplicate")
def duplicate(account_id: int) -> Response:
    """Lead to a new account with the servers of this one; address and password are empty there."""
    account = account_set_up(account_id)
    endpoint = "accounts.add_news" if account.kind is AccountKind.NEWS else "new_account.enter"
    return redirect(url_for(endpoint, like=account.id), 303)


@bp.route(f"/accounts/{NUMBER}/delete", methods=["GET", "POST"])
def delete(account_id: int) -> Answer:
    """Ask once more, then remove the account and its secrets; the system account stays."""
    account = changeable(my_account(account_id))
    if account.is_system:
        abort(403)
    if request.method != "POST":
        return render_template("accounts/delete.html", window=window_of(account, "delete"), account=account)
    title = title_of(account)
    keep_unsent(db.session(), account, utc_now())
    delete_account(db.session(), account, me())
    db.session.commit()
    flash(gettext("The account %(title)s is deleted.", title=title), "ok")
    return redirect(url_for("accounts.index"), 303)
