"""The database may be busy or refuse: rows come later, the run does not wait and nothing told is lost."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.background.office import Office
from tests.storage.makers import PROVED
from webapp.background import writer
from webapp.background.assignments import Assignment
from webapp.detection.refusals import RefusalLedger
from webapp.detection.steps import Report, Step, StepGroup, StepState
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Outcome, OutcomeKind
from webapp.storage.runs import steps_of

Offices = Callable[..., Office]


class Refused(logging.Handler):
    """Hears that the writer could not write."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        """Note it."""
        self.heard.set()


def tell_much(report: Report) -> None:
    for number in range(500):
        report.step(Step(f"source:mx:{number}", StepGroup.SOURCE, StepState.OK, "uspeh.test", number))


def test_what_the_database_refused_is_written_with_the_next_round(make_office: Offices, engine: DatabaseEngine) -> None:
    refused = Refused()
    writer.log.addHandler(refused)

    @event.listens_for(engine, "connect")
    def have_no_patience(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 0")

    async def run(_a: Assignment, _s: Surroundings, _r: RefusalLedger, report: Report) -> Outcome:
        with Session(engine) as busy:
            busy.connection().exec_driver_sql("BEGIN IMMEDIATE")
            tell_much(report)
            assert await asyncio.to_thread(refused.heard.wait, 10)
        return PROVED

    try:
        office = make_office(engine=run)
        draft = office.draft()
        engine.dispose()  # from here on nobody is patient
        ended = office.ended(office.run(draft))
    finally:
        writer.log.removeHandler(refused)

    assert ended.outcome is not None
    assert ended.outcome.kind is OutcomeKind.FOUND
    assert [step.started_ms for step in steps_of(office.session, ended)] == list(range(500))
