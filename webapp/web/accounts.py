"""The mail accounts: list, page, adding, deleting."""

from flask import Blueprint, render_template

bp = Blueprint("accounts", __name__)


@bp.get("/accounts")
def index() -> str:
    """List the accounts the person may see."""
    return render_template("accounts/index.html")
