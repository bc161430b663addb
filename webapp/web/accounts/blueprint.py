"""What every page of the settings window begins with: its blueprint, the account it is about, who may change it."""

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from webapp.storage.accounts import get_visible, may_change
from webapp.storage.models import Account
from webapp.storage.waiting import check_awake
from webapp.web.access import me
from webapp.web.extensions import db

bp = Blueprint("accounts", __name__)

NUMBER = f"<int(max={2**63 - 1}):account_id>"  # a database takes no longer one

Answer = Response | str | tuple[str, int]


def my_account(account_id: int) -> Account:
    """Return an account the person may see; of others nobody learns whether it exists."""
    return get_visible(db.session(), me(), account_id) or abort(404)


def account_set_up(account_id: int) -> Account:
    """Return an account that has sections; the system account has none before it is set up."""
    account = my_account(account_id)
    if account.proved_at is None:
        abort(redirect(url_for("accounts.page", account_id=account.id), 303))
    return account


def editable(account: Account) -> Account:
    """Return the account if the person may change it now: of one that waits only the password is taken, or its end."""
    check_awake(changeable(account))
    return account


def changeable(account: Account) -> Account:
    """Return the account if the person may change it; an account for everyone is the administrators'."""
    if not may_change(me(), account):
        abort(403)
    return account
