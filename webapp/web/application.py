"""Puts the Flask application together: configuration, extensions, blueprints; nothing else."""

from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import get_locale
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.settings import Settings
from webapp.storage import browser_sessions
from webapp.web import access, errors, extensions, headers, home, language, moments, sizes, tokens
from webapp.web.accounts import views as accounts
from webapp.web.administration import addresses as administration
from webapp.web.administration import authorities, network, user_steps, users
from webapp.web.administration.system_account import system_banner
from webapp.web.compose import views as compose
from webapp.web.explaining.field_help import help_of
from webapp.web.journal import views as journal
from webapp.web.mail import views as mail
from webapp.web.menu import menu, second_menu
from webapp.web.notices import views as notices
from webapp.web.outgoing_servers import views as outgoing_servers
from webapp.web.people import profile, setup, sign_in
from webapp.web.reports import views as reports
from webapp.web.runs import views as runs
from webapp.web.sizes import FORM_LIMIT
from webapp.web.static_files import StaticFiles
from webapp.web.wizard import again, new_account, saving, servers

PACKAGE = Path(__file__).resolve().parent.parent
STATIC_LIFETIME_S = 365 * 24 * 3600

# Order matters: host and sender first, then who asks (an ended session explains a stale token), how much they may
# send, then the token.
BLUEPRINTS = (
    headers.bp,
    access.bp,
    sizes.bp,
    tokens.bp,
    errors.bp,
    home.bp,
    language.bp,
    setup.bp,
    sign_in.bp,
    accounts.bp,
    new_account.bp,
    runs.bp,
    servers.bp,
    saving.bp,
    again.bp,
    reports.bp,
    outgoing_servers.bp,
    administration.bp,
    users.bp,
    user_steps.bp,
    network.bp,
    authorities.bp,
    journal.bp,
    mail.bp,
    compose.bp,
    notices.bp,
    profile.bp,
)


def build(settings: Settings) -> Flask:
    """Return the application; it has opened no connection and started no thread."""
    app = Flask(
        "webapp",
        template_folder=folder("templates"),
        static_folder=folder("static"),
        instance_path=str(settings.instance),
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.config.from_mapping(configuration(settings))
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    extensions.assemble(app, settings)
    extensions.login.init_app(app, add_context_processor=False)  # it would ask the database for error pages too
    extensions.csrf.init_app(app)
    extensions.babel.init_app(app, locale_selector=language.choose_locale, timezone_selector=moments.time_zone)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(page_frame)
    app.add_template_global(help_of)  # macros see globals only
    StaticFiles(app)
    return app


def configuration(settings: Settings) -> dict[str, Any]:
    """Return what Flask and its extensions want to know."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # A failed statement is logged without its values: they may be somebody's.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        # __Host- ties the cookie to https, to this host and to the whole of it.
        "SESSION_COOKIE_NAME": "__Host-mailroom" if settings.secure else "mailroom",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": browser_sessions.LIFETIME,
        # A poll still under way when somebody signs out must not bring the cookie back; web/access.py renews it.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PREFERRED_URL_SCHEME": "https" if settings.secure else "http",
        "MAX_CONTENT_LENGTH": FORM_LIMIT,
        "MAX_FORM_MEMORY_SIZE": FORM_LIMIT,
        "MAX_FORM_PARTS": 200,
        "SEND_FILE_MAX_AGE_DEFAULT": STATIC_LIFETIME_S,
        "WTF_CSRF_CHECK_DEFAULT": False,  # web/tokens.py calls it
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
        "WTF_CSRF_SSL_STRICT": False,  # Origin and Sec-Fetch-Site are checked in web/headers.py
        "BABEL_DEFAULT_LOCALE": language.FIRST,
        "BABEL_TRANSLATION_DIRECTORIES": str(PACKAGE / "translations"),
    }


def page_frame() -> dict[str, Any]:
    """Return what templates/base.html shows on every page."""
    return {
        "person": access.me_or_nobody(),
        "menu": menu(),
        "second_menu": second_menu(),
        "theme": language.choose_theme(),
        "languages": language.LANGUAGES.items(),
        "system_banner": system_banner,
        "unread_notices": notices.unread_notices,
        "get_locale": get_locale,
    }


def folder(name: str) -> str:
    """Return a folder beside the package in a checkout, inside it when installed from a wheel."""
    inside = PACKAGE / f"_{name}"
    return str(inside if inside.is_dir() else PACKAGE.parent / name)
