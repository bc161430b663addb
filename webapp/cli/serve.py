"""`mailroom serve`: the production server and, unless set apart, what receives and sends; until a signal ends it."""

import gc
import logging
import signal
from types import FrameType
from typing import Any

import click
from flask import Flask
from waitress.server import create_server
from waitress.wasyncore import close_all

from webapp import create_app
from webapp.cli.bodies import measure
from webapp.cli.effective import effective_settings, private_files, upgrade_or_end
from webapp.office_background import background_of
from webapp.setting_values import WorkerPlace
from webapp.settings import Settings
from webapp.storage.base import utc_now
from webapp.storage.models import LinkPurpose
from webapp.storage.program_state import note_start
from webapp.storage.users import create_link, has_admin
from webapp.version import own_version
from webapp.web.extensions import db, parts, runner
from webapp.web.sizes import UPLOAD_LIMIT

THREADS = 8
# Libraries that tell addresses of people and hosts at "info", or more than anybody wants to read.
QUIET = ("alembic", "httpx2", "httpcore2", "waitress.queue", "asyncio")


@click.command()
def serve() -> None:
    """Start Mailroom and print its address; Ctrl-C or SIGTERM stops it."""
    settings = effective_settings()
    set_up_logging(settings.log_level)
    app = create_app(settings)
    with private_files(), app.app_context():
        bring_up_to_date()
        sockets: dict[int, Any] = {}
        server = listening_server(app, settings, sockets)
        spare_what_stays()  # before signals: what they raise while garbage is collected would be lost
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        background = background_of(settings, parts().means) if settings.worker is WorkerPlace.INSIDE else None
        try:
            runner().open()
            if background is not None:
                background.open()
            say_where(address_of(server, settings))
            server.run()  # returns on SystemExit
        finally:
            close_all(sockets, ignore_all=True)
            if background is not None:
                background.halt()  # so that both end side by side
            runner().shutdown()
            if background is not None:
                background.close()
            db.engine.dispose()
            click.echo("Mailroom has stopped.")


def bring_up_to_date() -> None:
    """Upgrade the database, and let the administrators be told if this version is another than the last one."""
    took_ms = upgrade_or_end(db.engine)
    session = db.session()
    note_start(session, own_version(), took_ms, utc_now())
    session.commit()
    db.session.remove()


def listening_server(app: Flask, settings: Settings, sockets: dict[int, Any]) -> Any:
    """Return the server, its port already taken, so that "address in use" is said before anything else.

    It keeps its sockets in `sockets`, kept-alive connections of browsers too, to be closed at the end.
    """
    try:
        server = create_server(
            app.wsgi_app,
            map=sockets,
            host=settings.listen.host,
            port=settings.listen.port,
            threads=THREADS,
            ident=None,
            url_scheme="https" if settings.secure else "http",
            # ProxyFix reads the headers; without a proxy to trust they go no further than here.
            clear_untrusted_proxy_headers=not settings.trusted_proxies,
            max_request_body_size=UPLOAD_LIMIT,
        )
    except OSError as error:
        close_all(sockets, ignore_all=True)
        raise click.ClickException(f"MAILROOM_LISTEN: cannot listen on {settings.listen}: {error.strerror}") from None
    measure(sockets)
    return server


def spare_what_stays() -> None:
    """Let the collector of garbage pass over what is loaded by now and stays: all would wait a tenth of a second."""
    gc.collect()
    gc.freeze()


def address_of(server: Any, settings: Settings) -> str:
    """Return the address to open, with the port the system chose if it was left to it."""
    if settings.public_url or settings.listen.port:
        return settings.address
    port = getattr(server, "effective_port", None) or server.effective_listen[0][1]
    return settings.address.removesuffix(":0") + f":{port}"


def say_where(address: str) -> None:
    """Print the address and, before the set-up, a fresh link to it; in one piece, for programs that wait for it."""
    session = db.session()
    lines = [f"Mailroom is running at {address}  (Ctrl-C stops it)"]
    if not has_admin(session):
        link = f"{address}/setup/{create_link(session, LinkPurpose.SETUP)}"
        lines += ["", "It is not set up yet. This link makes you the first administrator (once, for 24 hours):"]
        lines += ["", f"    {link}", ""]
    session.commit()
    db.session.remove()
    click.echo("\n".join(lines))


def set_up_logging(level: str) -> None:
    """Log one line per event to standard error."""
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def end(number: int, frame: FrameType | None) -> None:
    """End the server's loop, or whatever comes before it."""
    raise SystemExit(0)
