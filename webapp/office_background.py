"""Composes what receives and sends for an office, for `mailroom serve` and `mailroom worker` alike."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import sessionmaker

from webapp.background.duties import chores_of, duties_of
from webapp.background.noticing import Noticing
from webapp.background.refusals import StoredRefusals
from webapp.background.service import Background
from webapp.background.worker import Means
from webapp.instance import QUEUE
from webapp.office_surroundings import OfficeSurroundings
from webapp.settings import Settings
from webapp.storage.base import utc_now
from webapp.storage.database import make_engine
from webapp.storage.secrets import SecretBox
from webapp.web.notices.letters import NoticeLetters


def background_of(settings: Settings, means: Means) -> Background:
    """Return the background of a process, not started yet."""
    noticing = Noticing(means.session_factory, NoticeLetters(settings), means.clock, settings.zone)
    return Background(means, duties_of(noticing), settings.instance / QUEUE, chores_of(means, noticing))


@contextmanager
def means_of(settings: Settings) -> Iterator[Means]:
    """Open the database for a process that serves no pages; it is up to date already."""
    engine = make_engine(str(settings.database_url))
    try:
        session_factory = sessionmaker(engine, expire_on_commit=False)
        surroundings = OfficeSurroundings(settings, session_factory)
        box = SecretBox(settings.mail_keys)
        yield Means(session_factory, box, surroundings.network, StoredRefusals(utc_now), utc_now, settings.zone)
    finally:
        engine.dispose()
