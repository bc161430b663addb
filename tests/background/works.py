"""What stands around a worker in its tests: accounts with rows that are due, a clock that obeys, small duties."""

import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.background.office import Clock
from tests.scripted import PATIENCE_S, ScriptedServer, network_to
from tests.storage.makers import IMAP, SMTP, lay_account, person
from webapp.background.etiquette import Etiquette
from webapp.background.leader import Chore
from webapp.background.refusals import StoredRefusals
from webapp.background.service import Background
from webapp.background.watch import Watch
from webapp.background.work import Work
from webapp.background.worker import Duties, Duty, Means, Worker
from webapp.mail.settings import Direction
from webapp.storage.models import Account, Traffic, User
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, keep_rows

INCOMING, OUTGOING = Direction.INCOMING, Direction.OUTGOING


@dataclass
class Bureau:
    """One process that could work, and the test's own view of the rows."""

    factory: sessionmaker[Session]
    session: Session
    box: SecretBox
    servers: tuple[ScriptedServer, ...] = ()
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.refusals = StoredRefusals(self.clock)
        network = network_to(*self.servers)
        self.means = Means(self.factory, self.box, lambda: network, self.refusals, self.clock)
        self.etiquette = Etiquette(self.factory, self.refusals, self.clock)
        self.anna: User | None = None

    def account(self, name: str = "anna", *, host: str = "imap.uspeh.test", **kinds: object) -> Account:
        """Return an account that receives by itself and sends, with its rows."""
        self.anna = self.anna or person(self.session)
        address = f"{name}@uspeh.test"
        incoming = replace(IMAP, settings=replace(IMAP.settings, host=host, username=address))
        outgoing = replace(SMTP, settings=replace(SMTP.settings, host="smtp." + host, username=address))
        kinds = {"automatic": True, "incoming": incoming, "outgoing": outgoing, **kinds}
        account = lay_account(self.session, self.box, self.anna.id, address=address, **kinds)  # type: ignore[arg-type]
        self.session.flush()
        keep_rows(self.session, self.clock())
        self.session.commit()
        return account

    def row(self, account: Account, direction: Direction = INCOMING) -> Traffic:
        """Return a row as it is now."""
        self.session.rollback()
        return self.session.get_one(Traffic, (account.id, direction), populate_existing=True)

    def rows(self) -> list[Traffic]:
        """Return all rows as they are now."""
        self.session.rollback()
        return list(self.session.scalars(select(Traffic).execution_options(populate_existing=True)))

    def worker(self, duties: Duties, watch: Watch | None = None) -> Worker:
        """Return a worker whose watch nobody runs: tests look themselves."""
        return Worker(self.means, duties, watch or Watch(self.factory, self.clock), on_end=lambda: None)

    def background(self, duties: Duties, folder: Path, *chores: Chore) -> Background:
        """Return the whole background."""
        return Background(self.means, duties, folder / "queue.db", chores)

    def later(self, **by: float) -> datetime:
        """Move the clock and return what it says."""
        self.clock.shift += timedelta(**by)
        return self.clock()


def post_of(account: Account, direction: Direction = INCOMING) -> Post:
    """Return a direction of an account."""
    return Post(account.id, direction)


def nothing(work: Work) -> None:
    """Have nothing to do."""


def duties(receive: Duty = nothing, send: Duty = nothing) -> Duties:
    """Return duties that tell nobody."""
    return Duties(receive, send)


def well(work: Work) -> None:
    """Do the work, as far as anybody can see."""
    work.entered = True


class Waiting:
    """A duty that has begun and waits until the test lets it go on, or until it is stopped."""

    def __init__(self) -> None:
        self.works: list[Work] = []
        self._begun = threading.Semaphore(0)
        self._go_on = threading.Event()

    def __call__(self, work: Work) -> None:
        work.entered = True
        self.works.append(work)
        self._begun.release()
        give_up_at = time.monotonic() + 2 * PATIENCE_S
        while not self._go_on.wait(0.01):
            work.go_on()
            assert time.monotonic() < give_up_at, "nobody lets the work go on"

    def wait_until_begun(self, times: int = 1) -> None:
        """Wait until so many more pieces have begun."""
        for _ in range(times):
            assert self._begun.acquire(timeout=PATIENCE_S)

    def go_on(self) -> None:
        """Let all end well."""
        self._go_on.set()
