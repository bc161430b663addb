"""Pages for what goes wrong in the web itself: what happened, and the way out."""

import logging
from dataclasses import dataclass

from flask import Blueprint, Response, g, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException

from webapp.web.extensions import db

bp = Blueprint("errors", __name__)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ErrorPage:
    """The words of one page."""

    title: LazyString
    sentence: LazyString


PAGES = {
    400: ErrorPage(
        _("This request cannot be answered"),
        _("The address or the form is not what Mailroom expects. Go back, reload the page and try again."),
    ),
    403: ErrorPage(
        _("You may not do this"),
        _("Your rights do not reach here. If you need it, ask an administrator."),
    ),
    404: ErrorPage(
        _("There is no such page"),
        _("It was removed, or the address has a slip in it."),
    ),
    405: ErrorPage(
        _("This address cannot be opened this way"),
        _("It only takes forms. Go back to the page you came from and use its button."),
    ),
    413: ErrorPage(
        _("That was too much at once"),
        _("What was sent is larger than any form of Mailroom. Go back and shorten it."),
    ),
    429: ErrorPage(
        _("Too many tries"),
        _("Wait a minute, then try again."),
    ),
    500: ErrorPage(
        _("Something broke on our side"),
        _(
            "It is not your fault, and what was saved before is safe. Try again; "
            "if it happens again, tell an administrator when it happened."
        ),
    ),
}
STALE = ErrorPage(
    _("This page was open for too long"),
    _("Nothing was done. Go back, reload the page, and press the button once more."),
)


@bp.app_errorhandler(CSRFError)
def stale_form(error: CSRFError) -> Response:
    """Explain a form whose token belongs to another session."""
    return page(400, STALE)


@bp.app_errorhandler(BadHost)
def host_that_is_none(error: BadHost) -> Response:
    """Refuse a Host header no name can have, in words alone: links of a page would need the host."""
    return Response(f"{PAGES[400].title}\n", 400, mimetype="text/plain")


@bp.app_errorhandler(HTTPException)
def refused(error: HTTPException) -> Response:
    """Explain a refusal of the framework or of a view."""
    status = error.code or 500
    return page(status, PAGES.get(status, PAGES[400] if status < 500 else PAGES[500]), dict(error.get_headers()))


@bp.app_errorhandler(Exception)
def broken(error: Exception) -> Response:
    """Log a surprise and answer without a word of it."""
    log.error("%s %s failed", request.method, request.endpoint, exc_info=error)
    db.session.rollback()
    g.person = None  # the database may be what broke
    return page(500, PAGES[500])


def page(status: int, words: ErrorPage, headers: dict[str, str] | None = None) -> Response:
    """Return the page of one status."""
    response = Response(render_template("errors/page.html", status=status, words=words), status)
    response.headers.extend(
        {name: value for name, value in (headers or {}).items() if name in ("Allow", "Retry-After")}
    )
    if "HX-Request" in request.headers:
        # A part of a page was asked for: an error takes the place of the whole, else htmx would select nothing.
        response.headers.update({"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"})
    return response
