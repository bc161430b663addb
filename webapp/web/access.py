"""Who may see what: every page needs a signed-in person unless its view says `@public`."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request, session, url_for
from flask_login import UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.storage import browser_sessions
from webapp.storage.base import utc_now
from webapp.storage.models import BrowserSession, User
from webapp.storage.users import has_admin
from webapp.web.extensions import db, login

P = ParamSpec("P")
R = TypeVar("R")

bp = Blueprint("access", __name__)


# What the cookie keeps when somebody else, or nobody, is signed in with it.
KEPT = ("language", "theme")


class SignedIn(UserMixin):
    """What Flask-Login keeps of a person: the row of this browser's session, and the key that finds it again."""

    def __init__(self, row: BrowserSession, key: str) -> None:
        self.row, self.key = row, key

    def get_id(self) -> str:
        """Return what the cookie remembers; worthless once the row is gone."""
        return self.key


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as open to people who have not signed in."""
    view.public = True  # type: ignore[attr-defined]
    return view


def administrators(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as open to administrators only."""
    view.administrators = True  # type: ignore[attr-defined]
    return view


def me() -> User:
    """Return the signed-in person; only in views that are not public."""
    person = me_or_nobody()
    if person is None:
        abort(403)
    return person


def me_or_nobody() -> User | None:
    """Return the signed-in person, if there is one; asked of the database once per request."""
    if "person" not in g:
        g.person = current_user.row.user if current_user.is_authenticated else None
    person: User | None = g.person
    return person


def my_session() -> BrowserSession:
    """Return the row of this browser's session; only in views that are not public."""
    if me_or_nobody() is None:
        abort(403)
    row: BrowserSession = current_user.row
    return row


def enter(user: User) -> None:
    """Sign a person in with a fresh session, ending the one this browser had; the caller commits."""
    close_mine()
    row, key = browser_sessions.open_session(db.session(), user)
    forget()
    session.permanent = True
    g.pop("person", None)
    login_user(SignedIn(row, key))


def change_key() -> None:
    """Let a copy of this browser's cookie be worthless: it carries another key now. The caller commits."""
    row = my_session()
    login_user(SignedIn(row, browser_sessions.change_key(db.session(), row)))


def leave() -> None:
    """Sign out and forget everything but language and theme; a copy of the cookie is worthless now. Commits nothing."""
    close_mine()
    logout_user()
    forget()
    g.person = None


def close_mine() -> None:
    """Delete the row of this browser's session, if there is one, and the passwords only it remembers."""
    if me_or_nobody() is not None:
        browser_sessions.close_session(db.session(), my_session())


def forget() -> None:
    """Empty the cookie of everything that belongs to a person."""
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)


@login.user_loader
def load(key: str) -> SignedIn | None:
    """Return the person whose session has this key, unless it was closed, has expired, or they were disabled."""
    row = browser_sessions.find_session(db.session(), key, utc_now())
    return SignedIn(row, key) if row is not None else None


@bp.before_app_request
def check() -> AnyResponse | str | None:
    """Let a request through to its view, or answer it here."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static" or getattr(view, "public", False):
        return None
    if me_or_nobody() is None:
        return not_signed_in()
    if getattr(view, "administrators", False) and not me().is_admin:
        abort(403)
    stay_signed_in()
    return None


def stay_signed_in() -> None:
    """Begin the session's lifetime anew, once a day and with a page only, not with a poll; the cookie follows."""
    page = "HX-Request" not in request.headers or "HX-Boosted" in request.headers
    if page and browser_sessions.renew(db.session(), my_session()):
        db.session.commit()
        session.modified = True


def not_signed_in() -> AnyResponse:
    """Answer somebody whose session has ended, or who never had one."""
    if not has_admin(db.session()):
        return to_page(url_for("home.index"))
    if request.method in ("GET", "HEAD"):
        return to_page(url_for("sign_in.enter", next=place()))
    return expired_post()


def to_page(url: str) -> AnyResponse:
    """Send the browser to another page, whole: also from a request of htmx, which would swap a part only."""
    if "HX-Request" not in request.headers:
        return redirect(url, 303)
    return Response(status=401, headers={"HX-Redirect": url})


def place() -> str:
    """Return the page to come back to: a poll asks from a page, it is not one."""
    if "HX-Request" in request.headers and "HX-Boosted" not in request.headers:
        return safe_path(request.headers.get("HX-Current-URL", "")) or "/"
    return request.full_path.rstrip("?")


def expired_post() -> AnyResponse:
    """Say that the session has ended without taking away what was typed.

    A form sent by htmx stays on the page, the notice is put above it; without
    JavaScript the browser can send the form again after signing in elsewhere.
    """
    response = Response(render_template("errors/session_ended.html"), 401)
    if "HX-Request" in request.headers:
        response.headers.update({"HX-Retarget": "#session", "HX-Reselect": "#session", "HX-Reswap": "outerHTML"})
        response.headers["HX-Push-Url"] = "false"
    return response


def safe_path(target: str) -> str | None:
    """Return the path of a target within Mailroom, or None for anything that could lead elsewhere."""
    if any(character <= " " or character in "\\\x7f" for character in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.netloc and (parts.scheme, parts.netloc) != (request.scheme, request.host):
        return None
    if (parts.scheme and not parts.netloc) or not parts.path.startswith("/") or parts.path.startswith("//"):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
