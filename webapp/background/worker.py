"""Carries out one piece of work: leases its row, does its duty, and writes down how it ended."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from sqlalchemy.orm import Session, sessionmaker

from webapp.background.etiquette import Etiquette
from webapp.background.process import this_process
from webapp.background.refusals import StoredRefusals
from webapp.background.watch import Reason, Watch
from webapp.background.work import NeedsPassword, NotYet, Work, WorkLost, WorkStopped
from webapp.mail.settings import Direction
from webapp.net.network import Network
from webapp.net.problems import Problem, Trouble
from webapp.storage.accesses import lets_in
from webapp.storage.base import new_token
from webapp.storage.endings import do_nothing, fail, give_back, leave, succeed
from webapp.storage.leasing import lease
from webapp.storage.models import Account, Traffic
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, login_refused
from webapp.surprises import log_surprise

log = logging.getLogger(__name__)

AFTER_SURPRISE = timedelta(minutes=5)

Duty = Callable[[Work], datetime | None]
"""Does the work and returns when it is to be done again, if that is known; raises what `Worker` catches."""

Tell = Callable[[Session, Traffic], None]
"""Tells whoever is concerned, in the transaction that writes what there is to tell."""


@dataclass(frozen=True)
class Means:
    """What all work of a process shares. `network` is asked for each piece: the network page may have changed."""

    session_factory: sessionmaker[Session]
    box: SecretBox
    network: Callable[[], Network]
    refusals: StoredRefusals
    clock: Callable[[], datetime]
    zone: tzinfo = UTC  # the office's: days begin there


def tell_nobody(session: Session, row: Traffic) -> None:
    """Keep quiet."""


@dataclass(frozen=True)
class Duties:
    """What is done in each direction, and who is told of new trouble and of its end."""

    receive: Duty
    send: Duty
    tell_trouble: Tell = tell_nobody
    tell_healed: Tell = tell_nobody


class Worker:
    """Carries out posts, each in the thread that calls; `on_end` hears of every end."""

    def __init__(self, means: Means, duties: Duties, watch: Watch, on_end: Callable[[], None]) -> None:
        self._means = means
        self._duties = duties
        self._watch = watch
        self._on_end = on_end
        self._etiquette = Etiquette(means.session_factory, means.refusals, means.clock)
        self._process = this_process()

    def carry_out(self, post: Post) -> None:
        """Do what is due at a post, if it still is and nobody else does; never raises."""
        holder = holder_of(self._process)
        try:
            if not self._lease(post, holder):
                return
            self._work(post, holder)
        except Exception as error:
            log_surprise(log, f"work at account {post.account_id} ({post.direction}) could not be carried out", error)
        self._on_end()

    def give_back_all(self) -> None:
        """Give back what did not end in time: whoever is still at it writes nothing any more."""
        for work in self._watch.works():
            self._write(work, partial(give_back, due_at=self._means.clock()))

    def _lease(self, post: Post, holder: str) -> bool:
        with self._means.session_factory.begin() as session:
            return lease(session, post, holder, self._means.clock())

    def _work(self, post: Post, holder: str) -> None:
        means = self._means
        with means.session_factory() as session:
            address = session.get_one(Account, post.account_id).address
            allowed = lets_in(session, post.account_id, post.direction, means.clock())
            sparing = login_refused(session, post.account_id)
        place = partial(self._etiquette.place, address, sparing=sparing)
        around = (means.network(), means.session_factory, means.box, means.clock)
        work = Work(post, holder, *around, place=place, zone=means.zone)
        if not allowed:
            self._leave(work)
            return
        self._watch.add(work)
        try:
            end = self._done(work)
        finally:
            reason = self._watch.remove(work)
        if reason is None:
            end()
        elif reason is Reason.CLOSING:
            self._put_off(work, means.clock())
        elif reason is not Reason.LOST:
            self._leave(work)

    def _done(self, work: Work) -> Callable[[], None]:
        """Do the duty; return what writes down how it ended."""
        duty = self._duties.receive if work.post.direction is Direction.INCOMING else self._duties.send
        try:
            again_at = duty(work)
        except (NeedsPassword, WorkStopped):
            return partial(self._leave, work)
        except WorkLost:
            return _forgotten
        except NotYet as not_yet:
            return partial(self._put_off, work, not_yet.until)
        except Trouble as trouble:
            return partial(self._fail, work, trouble.problem)
        except Exception as error:
            log_surprise(log, f"work at account {work.post.account_id} ({work.post.direction}) broke off", error)
            return partial(self._put_off, work, self._means.clock() + AFTER_SURPRISE)
        return partial(self._succeed, work, again_at)

    def _succeed(self, work: Work, again_at: datetime | None) -> None:
        if not work.entered:  # there was nothing to do, and nothing was proved
            self._write(work, partial(do_nothing, now=self._means.clock()))
            return
        with self._means.session_factory.begin() as session:
            healed = succeed(session, work.post, work.holder, self._means.clock(), again_at)
            if healed is not None:
                self._duties.tell_healed(session, healed)

    def _fail(self, work: Work, problem: Problem) -> None:
        with self._means.session_factory.begin() as session:
            news = fail(session, work.post, work.holder, self._means.clock(), problem)
            if news is not None:
                self._duties.tell_trouble(session, news)

    def _leave(self, work: Work) -> None:
        self._write(work, partial(leave, now=self._means.clock()))

    def _put_off(self, work: Work, until: datetime) -> None:
        self._write(work, partial(give_back, due_at=until))

    def _write(self, work: Work, end: Callable[[Session, Post, str], None]) -> None:
        with self._means.session_factory.begin() as session:
            end(session, work.post, work.holder)


def holder_of(process: str) -> str:
    """Return a name for one lease of a process."""
    return f"{process}#{new_token()}"


def process_of(holder: str) -> str:
    """Return the process a lease was given to."""
    return holder.rpartition("#")[0]


def _forgotten() -> None:
    """Write nothing: the work is somebody else's by now."""
