"""The CSRF token of every change, checked by Flask-WTF; a form that comes back to the person may report a stale one."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Blueprint, current_app, request
from flask_wtf.csrf import CSRFError

from webapp.web.extensions import csrf

P = ParamSpec("P")
R = TypeVar("R")

bp = Blueprint("tokens", __name__)


def form_checks_token(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that changes nothing unless its FlaskForm validates, and shows the form again if not.

    A token of an earlier session then costs one more press of the button
    instead of everything that was typed: the form's own check fails.
    """
    view.form_checks_token = True  # type: ignore[attr-defined]
    return view


@bp.before_app_request
def check_token() -> None:
    """Refuse a change without a valid token, whatever the view does."""
    try:
        csrf.protect()
    except CSRFError:
        view = current_app.view_functions.get(request.endpoint or "")
        if not getattr(view, "form_checks_token", False):
            raise
