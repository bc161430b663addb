"""The answer to every change of an account that waits for its password: why not, and the way to the password."""

from flask import render_template

from webapp.storage.objections import AccountWaits
from webapp.web.accounts.blueprint import bp
from webapp.web.accounts.window import window_of
from webapp.web.extensions import db


@bp.app_errorhandler(AccountWaits)
def waiting(reason: AccountWaits) -> tuple[str, int]:
    """Explain that nothing was changed; whatever a view had begun is undone."""
    db.session.rollback()
    return render_template("accounts/waiting.html", window=window_of(reason.account)), 403
