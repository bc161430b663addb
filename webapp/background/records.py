"""The runner's side of the database, one short transaction a call. Used by the writer thread only."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from webapp.background.assignments import Assignment
from webapp.background.briefing import read_assignment
from webapp.background.live import LiveRun
from webapp.background.masking import Masking
from webapp.background.process import is_dead, this_process
from webapp.background.refusals import StoredRefusals
from webapp.background.report import News
from webapp.background.settling import settle
from webapp.detection.types import Outcome
from webapp.storage import progress
from webapp.storage.browser_sessions import forget_expired
from webapp.storage.drafts import wipe_expired_secrets
from webapp.storage.known_secrets import known_secrets
from webapp.storage.models import Run
from webapp.storage.progress import Claim
from webapp.storage.refusals import forget_old_refusals, recent_refusals, store_refusals
from webapp.storage.retention import forget_old_drafts
from webapp.storage.secrets import SecretBox
from webapp.storage.throttle import forget_idle

log = logging.getLogger(__name__)


class Records:
    """Reads assignments, writes progress and ends."""

    def __init__(
        self,
        session_factory: sessionmaker[Session],
        box: SecretBox,
        clock: Callable[[], datetime],
        refusals: StoredRefusals,
    ) -> None:
        self._session_factory = session_factory
        self._box = box
        self._clock = clock
        self.process = this_process()
        self.refusals = refusals

    def claim(self, live: LiveRun) -> Claim:
        """Take the run if its turn has come."""
        with self._session_factory.begin() as session:
            claim = progress.claim(session, live.run_id, self.process, self._clock())
        live.claimed = claim is Claim.OURS
        return claim

    def read_assignment(self, live: LiveRun) -> Assignment:
        """Return what a claimed run has to do; the secret only where it is needed."""
        with self._session_factory() as session:
            with self.refusals.reading() as take:
                take(recent_refusals(session, self._clock()))
            run = session.get_one(Run, live.run_id)
            live.report.masking = Masking(known_secrets(session, self._box, run, self._clock()))
            return read_assignment(session, run, self._box, self._clock())

    def to_be_stopped(self, lives: Collection[LiveRun]) -> list[LiveRun]:
        """Return the runs that somebody asked to stop, took away or deleted."""
        with self._session_factory() as session:
            owned = progress.ours(session, [live.run_id for live in lives], self.process)
        return [live for live in lives if owned.get(live.run_id, True)]

    def beat(self, lives: Collection[LiveRun]) -> None:
        """Show that the process holding these runs lives."""
        with self._session_factory.begin() as session:
            progress.beat(session, [live.run_id for live in lives], self._clock())

    def write_refusals(self) -> None:
        """Write the refused logins of this process down."""
        unwritten = self.refusals.unwritten()
        if unwritten:
            with self._session_factory.begin() as session:
                store_refusals(session, unwritten)
            self.refusals.mark_written(unwritten)

    def write_news(self, lives: Collection[LiveRun]) -> None:
        """Write the new steps and findings of all runs in one transaction; after a failure they come again."""
        news = {live: told for live in lives if (told := live.report.fetch())}
        if not news:
            return
        try:
            with self._session_factory.begin() as session:
                owned = progress.ours(session, [live.run_id for live in news], self.process)
                for live, told in news.items():
                    if live.run_id in owned:
                        _write(session, live.run_id, told)
        except SQLAlchemyError:
            for live, told in news.items():
                live.report.give_back(told)
            raise

    def write_end(self, live: LiveRun, outcome: Outcome) -> None:
        """Write the last news and the outcome; a proved save becomes the account in the same transaction."""
        told, outcome = live.report.fetch(), live.report.masking.outcome(outcome)
        try:
            with self._session_factory.begin() as session:
                run = progress.lock_ours(session, live.run_id, self.process)
                if run is None:  # taken away (this machine slept, or the draft was deleted): it ended elsewhere
                    return
                _write(session, live.run_id, told)
                settled = settle(session, run, live, outcome, self._box, self._clock())
                progress.finish(session, run, settled, self._clock())
        except BaseException:
            live.report.give_back(told)
            raise

    def give_up(self, live: LiveRun) -> None:
        """Mark a run interrupted that this process will not get to."""
        with self._session_factory.begin() as session:
            progress.give_up(session, live.run_id, self._clock())

    def sweep(self, lives: Collection[LiveRun]) -> None:
        """Wipe secrets whose time is over, mark runs of dead processes, forget what no brake needs."""
        with self._session_factory.begin() as session:
            wiped = wipe_expired_secrets(session, now=self._clock())
            alive = [live.run_id for live in lives]
            interrupted = progress.interrupt_stale_runs(session, is_dead, self._clock(), alive)
            forget_old_refusals(session, self._clock())
            forget_idle(session, now=self._clock())
            forget_expired(session, now=self._clock())
        if wiped or interrupted:
            log.info("%d expired secrets wiped, %d runs of ended processes marked interrupted", wiped, interrupted)

    def forget(self) -> None:
        """Delete the drafts and runs nobody will look at any more."""
        with self._session_factory.begin() as session:
            forgotten = forget_old_drafts(session, now=self._clock())
        if forgotten:
            log.info("%d old drafts forgotten, with their runs", forgotten)


def _write(session: Session, run_id: str, told: News) -> None:
    if told.steps:
        progress.store_steps(session, run_id, told.steps)
    if told.findings is not None:
        progress.store_findings(session, run_id, told.findings)
