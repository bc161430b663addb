"""Headers of every answer, and the first look at every request: the right host, and sent by our own pages."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from webapp.web.extensions import parts

bp = Blueprint("headers", __name__)

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",  # letters in HTML: nothing else of ours may be framed
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # one-time links stand in the address
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",  # whoever is linked in a letter would learn by the look-up that it is read
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Vary": "Cookie, Accept-Language, HX-Request",
}
YEAR_S = 365 * 24 * 3600
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@bp.before_app_request
def check_host() -> None:
    """Refuse a host that is not ours once ours is known: links and redirects are built from it."""
    public_url = parts().settings.public_url
    if public_url and request.endpoint != "home.healthz" and request.host != urlsplit(public_url).netloc:
        abort(400)


@bp.before_app_request
def check_sender() -> None:
    """Refuse changes another site's page asks for; stands beside the CSRF token, not instead of it.

    Browsers send Sec-Fetch-Site to https and to this machine, and Origin
    with every POST; a program that sends neither is no browser, so nobody's
    cookies can be abused through it.
    """
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        abort(403)
    # A page under Referrer-Policy same-origin names itself; "null" is a sandbox or another site.
    if site is None and origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


@bp.after_app_request
def add_headers(response: Response) -> Response:
    """Put the headers on; a view that sets its own keeps it."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if parts().settings.secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}")
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    elif "v" not in request.args:
        response.headers["Cache-Control"] = "no-cache"
    return response
