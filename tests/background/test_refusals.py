"""Refused logins count across runs, processes and restarts."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.background.office import Office
from tests.background.test_saving import saving
from tests.storage.makers import person
from webapp.background.assignments import Assignment
from webapp.background.refusals import StoredRefusals
from webapp.detection.refusals import PAUSE, RefusalLedger
from webapp.detection.steps import Report
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Outcome, OutcomeKind
from webapp.storage.base import utc_now

Offices = Callable[..., Office]
MAILBOX = "Anna@uspeh.test"


class RefusingEngine:
    """An engine whose server refuses; `pauses` holds what the ledger said at the beginning of each run."""

    def __init__(self, refusals_a_run: int) -> None:
        self.pauses: list[datetime | None] = []
        self._refusals = refusals_a_run

    async def __call__(self, _a: Assignment, _s: Surroundings, ledger: RefusalLedger, _r: Report) -> Outcome:
        self.pauses.append(ledger.paused_until(MAILBOX))
        for _ in range(self._refusals):
            ledger.note_refusal(MAILBOX)
        return Outcome(OutcomeKind.LOGIN_REFUSED)


def test_three_refusals_in_two_runs_pause_the_mailbox_in_every_process(make_office: Offices) -> None:
    engine = RefusingEngine(2)
    first, second = make_office(engine=engine), make_office(engine=engine)
    anna = person(first.session)
    draft = first.draft(anna)

    for office in (first, first, second):
        office.ended(saving(office, draft))

    before, between, after = engine.pauses
    assert (before, between) == (None, None)
    assert after is not None
    assert timedelta() < after - second.clock() <= PAUSE


def test_the_pause_ends(make_office: Offices) -> None:
    engine = RefusingEngine(3)
    office = make_office(engine=engine)
    draft = office.draft()
    office.ended(saving(office, draft))

    office.clock.shift = PAUSE + timedelta(seconds=1)
    office.ended(saving(office, draft))

    assert engine.pauses == [None, None]


def test_what_the_rows_have_forgotten_is_forgotten() -> None:
    refusals = StoredRefusals(utc_now)
    refusals.know([(MAILBOX.casefold(), utc_now())])
    assert refusals.refused_lately(MAILBOX) == 1

    with refusals.reading() as take:
        take([])

    assert refusals.refused_lately(MAILBOX) == 0


def test_what_another_thread_writes_while_the_rows_are_read_is_not_forgotten() -> None:
    refusals, now = StoredRefusals(utc_now), utc_now()
    refusals.note_refusal(MAILBOX)

    with refusals.reading() as take:
        rows = [(MAILBOX.casefold(), now - timedelta(minutes=1))]
        refusals.mark_written(refusals.unwritten())
        refusals.know([(MAILBOX.casefold(), now)])
        take(rows)

    assert refusals.refused_lately(MAILBOX) == 3
