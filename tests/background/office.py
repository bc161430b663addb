"""What stands around a runner in its tests: people, a network to scripted servers, a clock that obeys."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from tests.peer import Peer
from tests.scripted import PATIENCE_S, ScriptedServer, network_to
from tests.storage.makers import CREDENTIALS, DETAILS, FINDINGS, draft_of, person, run_of
from webapp.background.assignments import Assignment, Engine, carry_out
from webapp.background.runner import Runner
from webapp.detection.providers import ProviderTable
from webapp.detection.refusals import RefusalLedger
from webapp.detection.steps import Report, Step, StepGroup, StepState
from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.detection.types import Entered, EnteredServer, Outcome
from webapp.mail.settings import Credentials, Protocol, Security
from webapp.storage.base import utc_now
from webapp.storage.drafts import set_draft_secret
from webapp.storage.models import Draft, DraftDetails, Run, RunPurpose, User
from webapp.storage.secrets import SecretBox


class Clock:
    """The real time, shifted by as much as a test says."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.shift


class Office:
    """One process of Mailroom with a runner; `session` is the test's own view of the rows."""

    def __init__(
        self,
        session_factory: sessionmaker[Session],
        session: Session,
        box: SecretBox,
        servers: tuple[ScriptedServer, ...] = (),
        engine: Engine = carry_out,
    ) -> None:
        self.session, self.box, self.clock = session, box, Clock()
        self.network = network_to(*servers)
        self.runner = Runner(session_factory, box, self._surroundings, self.clock, engine)

    def draft(
        self, user: User | None = None, details: DraftDetails = DETAILS, credentials: Credentials | None = CREDENTIALS
    ) -> Draft:
        """Return a draft of anna, or of somebody else."""
        draft = draft_of(self.session, self.box, user or person(self.session), details, None)
        if credentials is not None:
            set_draft_secret(self.session, self.box, draft, credentials, now=self.clock())
            self.session.commit()
        return draft

    def run(self, draft: Draft, purpose: RunPurpose = RunPurpose.DETECT, entered: Entered | None = None) -> Run:
        """Return a run that was started."""
        run = run_of(self.session, draft, purpose, entered, now=self.clock())
        self.runner.start(run.id)
        return run

    def ended(self, run: Run) -> Run:
        """Return the run as its rows are after its end."""
        assert self.runner.wait(run.id, PATIENCE_S), "the run does not end"
        return self.seen(run)

    def seen(self, run: Run) -> Run:
        """Return the run as its rows are now."""
        self.session.expire_all()
        return run

    def _surroundings(self, known: tuple[KnownAccount, ...]) -> Surroundings:
        return Surroundings(self.network, ProviderTable.load(), known)


class HangingServer(ScriptedServer):
    """Accepts a connection and says nothing more; `arrived` tells that somebody waits."""

    def __init__(self) -> None:
        super().__init__(self._hang)
        self.arrived = threading.Event()

    def _hang(self, peer: Peer) -> None:
        self.arrived.set()
        peer.keep_silent()


class HangingEngine:
    """An engine that tells what a test wants and then waits until it is cancelled."""

    def __init__(self, tell: Callable[[Report], None] = lambda report: None) -> None:
        self.begun, self.ended = threading.Semaphore(0), threading.Semaphore(0)
        self.calls: list[Assignment] = []
        self._tell = tell

    async def __call__(self, assignment: Assignment, _s: Surroundings, _r: RefusalLedger, report: Report) -> Outcome:
        """Take the place of `carry_out`."""
        self.calls.append(assignment)
        self._tell(report)
        self.begun.release()
        try:
            await asyncio.Event().wait()
            raise AssertionError("nobody sets the event")
        finally:
            self.ended.release()

    def wait_until_begun(self) -> None:
        """Wait until one more run has begun."""
        assert self.begun.acquire(timeout=PATIENCE_S)


def answering(outcome: Outcome, tell: Callable[[Report], None] = lambda report: None) -> Engine:
    """Return an engine that ends with this outcome at once."""

    async def engine(_a: Assignment, _s: Surroundings, _r: RefusalLedger, report: Report) -> Outcome:
        tell(report)
        return outcome

    return engine


def only_imap(server: ScriptedServer, address: str = DETAILS.address) -> Entered:
    """Return what a person enters who knows the IMAP server and wants nothing else."""
    fixed = EnteredServer(Protocol.IMAP, "127.0.0.1", server.port, Security.TLS)
    return Entered(address, for_sending=False, incoming=fixed)


def tell_something(report: Report) -> None:
    """Tell one step that goes on, and findings."""
    report.step(Step("source:mx", StepGroup.SOURCE, StepState.RUNNING, "uspeh.test", 0))
    report.findings(FINDINGS)
