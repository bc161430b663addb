"""Puts the report of a run together."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext

from webapp.detection.steps import Step
from webapp.storage.models import Run
from webapp.web.moments import time_zone
from webapp.web.reports.conversations import conversations, ladder
from webapp.web.reports.endings import ended, wanted
from webapp.web.reports.installation import Installation, moment_words, program, times
from webapp.web.reports.report import Report
from webapp.web.reports.servers import certificates, settings
from webapp.web.runs.found_servers import of_news
from webapp.web.runs.ladder import ladder_of
from webapp.web.runs.places import Place
from webapp.web.runs.run_pages import run_page


def report_of(run: Run, steps: Sequence[Step], place: Place, here: Installation, now: datetime) -> Report:
    """Return everything that is known of a run; while it goes on, what is known so far."""
    picture = ladder_of(steps, news=of_news(run))
    page = run_page(run, picture, place.story, now, decides=place.may_edit)
    sections = (
        wanted(run, place),
        ended(page),
        settings(run),
        certificates(run, steps),
        times(run, page.elapsed),
        program(here),
        ladder(steps, picture),
    )
    made = gettext("Made: %(moment)s (%(zone)s)", moment=moment_words(now), zone=time_zone().key)
    spoken = conversations(steps, picture)
    return Report(gettext("Mailroom report"), made, tuple(section for section in sections if section), spoken)
