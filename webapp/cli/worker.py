"""`mailroom worker`: receives and sends letters in a process of its own, until a signal ends it."""

import signal
import threading
from types import FrameType

import click

from webapp.cli.effective import effective_settings, private_files, upgrade_or_end
from webapp.cli.serve import set_up_logging
from webapp.office_background import background_of, means_of
from webapp.setting_values import WorkerPlace
from webapp.storage.base import utc_now
from webapp.storage.database import make_engine
from webapp.storage.program_state import note_start
from webapp.version import own_version


@click.command()
def worker() -> None:
    """Receive and send letters; Ctrl-C or SIGTERM stops it. Several may run, also beside `mailroom serve`."""
    settings = effective_settings()
    set_up_logging(settings.log_level)
    if settings.worker is WorkerPlace.INSIDE:
        click.echo("Note: `mailroom serve` receives and sends as well; set MAILROOM_WORKER=apart for it to leave that.")
    told_to_end = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        told_to_end.set()

    with private_files():
        engine = make_engine(str(settings.database_url))
        took_ms = upgrade_or_end(engine)
        engine.dispose()
        with means_of(settings) as means:
            with means.session_factory.begin() as session:
                note_start(session, own_version(), took_ms, utc_now())
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, end)
            background = background_of(settings, means)
            background.open()
            click.echo("Mailroom receives and sends letters  (Ctrl-C stops it)")
            told_to_end.wait()
            background.close()
    click.echo("Mailroom has stopped receiving and sending.")
