"""A Mailroom whose runs meet the servers of one way to fail, and the person who sets an account up there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.orm import sessionmaker

from tests.scripted import PATIENCE_S
from tests.web.desk import Desk, database
from tests.web.rungs.gate import Gate
from tests.web.rungs.scenery import scenery
from tests.web.rungs.typing_in import Mailbox, laid_down, set_up
from tests.web.rungs.ways import Way
from tests.web.visitor import Visitor
from webapp.background.runner import Runner
from webapp.detection.providers import ProviderTable
from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.net.network import Network
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.models import Run
from webapp.storage.refusals import store_refusals
from webapp.storage.runs import steps_of
from webapp.web.extensions import NAME, box, db

NUMBERS = count(1)
LONG_S, SHORT_S = 20.0, 0.5  # the limit of a search; the short one where its time is to run out


@dataclass(frozen=True)
class Begun:
    """A run that was begun, and whose."""

    run_id: str
    mailbox: Mailbox


class Premises:
    """One application and one person; its runs meet whatever servers were set up last."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.person = Visitor(app).who_is("anna", "Анна Петрова", is_admin=True)
        self._network: Network | None = None
        self._limit_s = LONG_S
        self._run_id = ""
        with app.app_context():
            factory = sessionmaker(db.engine, expire_on_commit=False)
            self.runner = Runner(factory, box(), self._surroundings)
        app.extensions[NAME] = replace(app.extensions[NAME], runner=self.runner)

    @contextmanager
    def failing(self, way: Way, gate: Gate) -> Iterator[None]:
        """Set the servers of one way up."""
        self._limit_s = SHORT_S if way.kind is ProblemKind.OUT_OF_TIME else LONG_S
        try:
            with scenery(way, gate) as self._network:
                yield
        finally:
            # Whatever came of it: the next one must find nothing going on.
            assert self.runner.wait(self._run_id, PATIENCE_S), "the run does not end"

    def begin(self, way: Way) -> Begun:
        """Set an account up by hand as a person does, or go on with what was agreed to before."""
        name = f"anna{next(NUMBERS)}"
        mailbox = Mailbox(f"{name}@uspeh.test", f"{name}.login")
        self._refuse(mailbox, way.refusals)
        if way.stored is None:
            self._run_id = urlsplit(set_up(self.person, way, mailbox)).path.split("/")[2]
        else:
            self._run_id = laid_down(Desk(self.app, self.person.user_id), way, way.stored, mailbox)
            with database(self.app) as session:
                session.get_one(Run, self._run_id).consent = way.stored.consent
                session.commit()
            self.runner.start(self._run_id)
        return Begun(self._run_id, mailbox)

    def problem(self, begun: Begun, way: Way) -> Problem | None:
        """Return what the step of a way ended with."""
        with database(self.app) as session:
            steps = {step.key: step for step in steps_of(session, session.get_one(Run, begun.run_id))}
        return steps[way.step].problem

    def _refuse(self, mailbox: Mailbox, times: int) -> None:
        with database(self.app) as session:
            store_refusals(session, [(mailbox.address, utc_now())] * times)
            session.commit()

    def _surroundings(self, known: tuple[KnownAccount, ...]) -> Surroundings:
        assert self._network is not None
        return Surroundings(self._network, ProviderTable.load(), known, limit_s=self._limit_s)
