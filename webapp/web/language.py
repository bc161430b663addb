"""Russian and English, light and dark: the person's choice, else the session's, else the browser's."""

from flask import Blueprint, abort, redirect, request, session
from flask_babel import get_locale
from werkzeug.wrappers import Response

from webapp.storage.models import Theme
from webapp.web import access
from webapp.web.extensions import db

bp = Blueprint("language", __name__)

LANGUAGES = {"ru": "Русский", "en": "English"}
FIRST = "ru"


def choose_locale() -> str:
    """Return the language of this request."""
    person = access.me_or_nobody()
    for language in (person.language if person else None, session.get("language")):
        if language in LANGUAGES:
            return str(language)
    return request.accept_languages.best_match(LANGUAGES, FIRST) or FIRST


def letter_language() -> str:
    """Return the language a test message begun now is written in: that of this request."""
    return str(get_locale())


def choose_theme() -> Theme:
    """Return the theme of this request; the door keeps that of whoever went through it last."""
    person = access.me_or_nobody()
    return person.theme if person else next((one for one in Theme if one == session.get("theme")), Theme.AUTO)


@bp.post("/language")
@access.public
def choose() -> Response:
    """Switch the language and return to the page."""
    language = request.form.get("language")
    if language not in LANGUAGES:
        abort(400)
    session["language"] = language
    person = access.me_or_nobody()
    if person is not None:
        person.language = language
        db.session.commit()
    # The page's address changes without the header being drawn again, so the browser is asked for it.
    return redirect(access.safe_path(request.referrer or "") or "/", 303)


@bp.post("/theme")
def choose_look() -> Response:
    """Switch between light, dark and as the system says."""
    theme = next((one for one in Theme if one == request.form.get("theme")), None)
    if theme is None:
        abort(400)
    session["theme"] = access.me().theme = theme
    db.session.commit()
    return redirect(access.safe_path(request.referrer or "") or "/", 303)
