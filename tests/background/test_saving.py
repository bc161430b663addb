"""Done: an account appears exactly when every used direction was proved, and the draft's password goes away."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.background.office import HangingEngine, Office, answering
from tests.storage.makers import (
    CREDENTIALS,
    DETAILS,
    FINDINGS,
    IMAP,
    PROVED,
    account_of,
    person,
    run_of,
    saved_accounts,
)
from webapp.background.assignments import Assignment
from webapp.detection.refusals import RefusalLedger
from webapp.detection.steps import Report, Step, StepGroup, StepState
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Entered, Findings, Outcome, OutcomeKind
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.drafts import SECRET_LIFETIME
from webapp.storage.models import Account, Draft, Run, RunPurpose
from webapp.storage.runs import request_stop
from webapp.storage.secrets import SecretBox

Offices = Callable[..., Office]
NOT_ARRIVED = Problem(ProblemKind.LETTER_NOT_ARRIVED)
ASK_AGAIN = Problem(ProblemKind.PASSWORD_MISSING, field=Field.SECRET)


def saving(office: Office, draft: Draft, findings: Findings = FINDINGS) -> Run:
    """Press Done."""
    entered = Entered(draft.details.address)
    run = run_of(office.session, draft, RunPurpose.SAVE, entered, findings=findings, now=office.clock())
    office.runner.start(run.id)
    return run


def accounts(session: Session) -> list[Account]:
    return saved_accounts(session)


@pytest.mark.parametrize("warning", [None, NOT_ARRIVED], ids=["arrived", "not seen arriving"])
def test_a_proved_run_saves_the_account_and_ends_the_draft(make_office: Offices, warning: Problem | None) -> None:
    proved = replace(PROVED, letter_problem=warning)
    office = make_office(engine=answering(proved))
    draft = office.draft()

    run = office.ended(saving(office, draft))

    assert run.outcome == replace(proved, kind=OutcomeKind.SAVED)
    (account,) = accounts(office.session)
    assert (run.account, account.proved_run) == (account, run)
    assert draft.ended_at is not None
    assert draft.secret is None


def test_the_verification_gets_the_password_and_the_chosen_servers(make_office: Offices) -> None:
    engine = HangingEngine()
    office = make_office(engine=engine)
    saving(office, office.draft())

    engine.wait_until_begun()

    (assignment,) = engine.calls
    assert (assignment.credentials, assignment.findings) == (CREDENTIALS, FINDINGS)
    assert assignment.details == DETAILS


def test_a_search_is_never_given_the_password(make_office: Offices) -> None:
    engine = HangingEngine()
    office = make_office(engine=engine)
    office.run(office.draft(), RunPurpose.RETEST)

    engine.wait_until_begun()

    assert [call.credentials for call in engine.calls] == [None]


@pytest.mark.parametrize("kind", [OutcomeKind.LOGIN_REFUSED, OutcomeKind.NOT_PROVED])
def test_a_run_that_proved_less_saves_nothing_and_keeps_the_password(make_office: Offices, kind: OutcomeKind) -> None:
    office = make_office(engine=answering(Outcome(kind, FINDINGS, Problem(ProblemKind.LOGIN_REFUSED))))
    draft = office.draft()

    run = office.ended(saving(office, draft))

    assert run.outcome is not None
    assert run.outcome.kind is kind
    assert accounts(office.session) == []
    assert draft.secret is not None
    assert draft.ended_at is None


def test_a_search_that_found_everything_saves_nothing(make_office: Offices) -> None:
    office = make_office(engine=answering(PROVED))

    office.ended(office.run(office.draft()))

    assert accounts(office.session) == []


@pytest.mark.parametrize("gone", ["never typed", "out of date"])
def test_a_save_without_password_asks_for_it(make_office: Offices, gone: str) -> None:
    office = make_office()  # the real engine
    draft = office.draft(credentials=None if gone == "never typed" else CREDENTIALS)
    office.clock.shift = SECRET_LIFETIME

    run = office.ended(saving(office, draft))

    assert run.outcome == Outcome(OutcomeKind.NOT_PROVED, FINDINGS, incoming_problem=ASK_AGAIN)
    assert run.findings == FINDINGS


def test_a_save_with_other_mail_keys_asks_for_the_password(make_office: Offices) -> None:
    office = make_office()
    draft = office.draft()
    office.runner._box = SecretBox((SecretBox.new_key(),))

    run = office.ended(saving(office, draft))

    assert run.outcome is not None
    assert run.outcome.incoming_problem == ASK_AGAIN


def test_half_a_finding_is_not_enough_for_done(make_office: Offices) -> None:
    why = Problem(ProblemKind.CONNECTION_REFUSED, "smtp.uspeh.test", 465)
    half = Findings(incoming=(IMAP,), outgoing_problem=why)
    office = make_office()

    run = office.ended(saving(office, office.draft(), half))

    assert run.outcome == Outcome(OutcomeKind.NOT_PROVED, half, outgoing_problem=why)


def test_an_address_that_was_saved_meanwhile_is_not_saved_twice(make_office: Offices) -> None:
    office = make_office(engine=answering(PROVED))
    anna = person(office.session)
    existing = account_of(office.session, office.box, anna)

    run = office.ended(saving(office, office.draft(anna, replace(DETAILS, sender_name="Анна П."))))

    assert run.outcome is not None
    assert run.outcome.kind is OutcomeKind.NOT_PROVED
    assert run.outcome.incoming_problem == Problem(ProblemKind.ACCOUNT_EXISTS, field=Field.ADDRESS)
    assert run.account is existing
    assert accounts(office.session) == [existing]


def test_an_account_that_may_not_be_made_is_not_even_proved(make_office: Offices) -> None:
    office = make_office()  # the real engine

    run = office.ended(saving(office, office.draft(details=replace(DETAILS, for_everyone=True))))

    assert run.outcome is not None
    assert run.outcome.incoming_problem == Problem(ProblemKind.NOT_ALLOWED)
    assert accounts(office.session) == []


def test_a_stop_that_comes_with_the_last_answer_still_counts(make_office: Offices) -> None:
    async def stopped_at_the_end(_a: Assignment, _s: Surroundings, _r: RefusalLedger, report: Report) -> Outcome:
        request_stop(office.session, run)
        office.session.commit()
        return PROVED

    office = make_office(engine=stopped_at_the_end)
    run = run_of(office.session, office.draft(), RunPurpose.SAVE, findings=FINDINGS)
    run_id = run.id
    office.runner.start(run_id)
    assert office.runner.wait(run_id, 10)

    run = office.seen(run)
    assert run.outcome == Outcome(OutcomeKind.STOPPED, FINDINGS)
    assert accounts(office.session) == []


@pytest.mark.parametrize(
    ("letter", "facts", "arrival", "remains"),
    [
        (StepState.RUNNING, (), None, False),
        (StepState.RUNNING, ("handed-over",), None, True),
        (StepState.OK, ("handed-over",), StepState.RUNNING, True),
        (StepState.OK, ("handed-over",), StepState.OK, False),
    ],
)
def test_stop_says_whether_the_letter_may_remain(
    make_office: Offices, letter: StepState, facts: tuple[str, ...], arrival: StepState | None, remains: bool
) -> None:
    def hand_over(report: Report) -> None:
        report.step(Step("verify:letter", StepGroup.VERIFY, letter, DETAILS.address, 0, facts=facts))
        if arrival is not None:
            report.step(Step("verify:arrival", StepGroup.VERIFY, arrival, DETAILS.address, 0))

    engine = HangingEngine(hand_over)
    office = make_office(engine=engine)
    run = saving(office, office.draft())
    engine.wait_until_begun()

    request_stop(office.session, run)
    office.session.commit()
    office.runner.stop(run.id)

    assert office.ended(run).outcome == Outcome(OutcomeKind.STOPPED, FINDINGS, letter_may_remain=remains)
