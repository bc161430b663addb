"""Changing an outgoing server others share: whoever begins to share it while the run goes on was not asked."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.background.office import Office
from tests.storage.changes import TYPED, administrator, moved, rows_of
from tests.storage.makers import PROVED, SMTP, lay_account
from webapp.background.assignments import Assignment
from webapp.detection.refusals import RefusalLedger
from webapp.detection.steps import Report
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Findings, Outcome, OutcomeKind
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import Account, DraftAim, Run, RunPurpose, User
from webapp.storage.runs import create_run
from webapp.storage.using import begin_change, consent_of, details_of, entered_of

Offices = Callable[..., Office]


def another_chooses_it(session: Session, first: Account, second: Account) -> None:
    second.outgoing = first.outgoing


def another_gets_a_new_address(session: Session, first: Account, second: Account) -> None:
    second.outgoing = first.outgoing
    second.address = "novy@uspeh.test"


@pytest.fixture
def root(session: Session) -> User:
    return administrator(session)


@pytest.mark.parametrize("meanwhile", [another_chooses_it, another_gets_a_new_address, None])
def test_a_shared_server_changes_only_if_everybody_who_shares_it_was_asked(
    make_office: Offices, root: User, meanwhile: Callable[[Session, Account, Account], None] | None
) -> None:
    async def overtaken(_a: Assignment, _s: Surroundings, _r: RefusalLedger, _report: Report) -> Outcome:
        if meanwhile is not None:
            meanwhile(office.session, first, second)
            office.session.commit()
        before.extend(rows_of(office.session, "outgoing_servers"))
        return replace(PROVED, findings=Findings(outgoing=(moved(SMTP, "relay.test"),)))

    before: list[object] = []
    office = make_office(engine=overtaken)
    session = office.session
    first = lay_account(session, office.box, root.id)
    other = moved(SMTP, "other.test")
    second = lay_account(session, office.box, root.id, address="info@uspeh.test", outgoing=other)
    run_id = begun(office, root, first)

    assert office.runner.wait(run_id, 10)

    session.expire_all()
    outcome = outcome_of(session, run_id)
    if meanwhile is None:
        assert outcome.kind is OutcomeKind.SAVED
    else:
        assert outcome.outgoing_problem == Problem(ProblemKind.ACCOUNT_CHANGED)
        assert rows_of(session, "outgoing_servers") == before


def begun(office: Office, user: User, account: Account) -> str:
    """Press the button of the dialog."""
    draft = begin_change(
        office.session,
        user,
        None,
        account,
        details_of(account, "ru"),
        aim=DraftAim.OUTGOING_SERVER,
        outgoing=account.outgoing,
        credentials=TYPED,
        box=office.box,
    )
    entered, findings = replace(entered_of(account), for_receiving=False), Findings(outgoing=(moved(SMTP),))
    run = create_run(office.session, draft, RunPurpose.SAVE, entered, consent_of(account), findings)
    office.session.commit()
    office.runner.start(run.id)
    return run.id


def outcome_of(session: Session, run_id: str) -> Outcome:
    """Return how the run ended."""
    outcome = session.get_one(Run, run_id).outcome
    assert outcome is not None
    return outcome
