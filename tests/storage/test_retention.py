"""What was given up is forgotten after a month, and an account's history has an end; what is needed stays."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.storage.changes import check_of
from tests.storage.makers import CREDENTIALS, DETAILS, account_of, lay_account, person, run_of
from tests.storage.test_runs import STEP
from webapp.storage import progress
from webapp.storage.base import utc_now
from webapp.storage.drafts import create_draft
from webapp.storage.models import Draft, DraftAim, Run, RunPurpose, RunState, RunStep
from webapp.storage.retention import ABANDONED_AFTER, HISTORY_LENGTH, forget_old_drafts
from webapp.storage.secrets import SecretBox

LONG_AGO = utc_now() - ABANDONED_AFTER - timedelta(hours=1)
LATELY = utc_now() - ABANDONED_AFTER + timedelta(hours=1)


def count(session: Session, table: type[Draft] | type[Run] | type[RunStep]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_set_up_that_was_given_up_is_forgotten_after_a_month_with_its_runs(session: Session, box: SecretBox) -> None:
    old = create_draft(session, box, person(session, "a"), DETAILS, CREDENTIALS, now=LONG_AGO)
    run = run_of(session, old, RunPurpose.PREPARED)
    progress.store_steps(session, run.id, {STEP.key: (0, STEP)})
    young = create_draft(session, box, person(session, "b"), DETAILS, CREDENTIALS, now=LATELY)
    session.commit()

    assert forget_old_drafts(session) == 1

    session.commit()
    assert session.scalars(select(Draft)).all() == [young]
    assert (count(session, Run), count(session, RunStep)) == (0, 0)


def test_what_was_saved_or_still_runs_stays(session: Session, box: SecretBox) -> None:
    account = account_of(session, box, person(session, "anna"))
    going_on = create_draft(session, box, person(session, "boris"), DETAILS, CREDENTIALS, now=LONG_AGO)
    run_of(session, going_on)
    session.execute(update(Draft).values(created_at=LONG_AGO))
    session.commit()

    assert forget_old_drafts(session) == 0
    assert account.proved_run is not None


def test_an_account_keeps_its_newest_checks_and_the_proof(session: Session, box: SecretBox) -> None:
    anna = person(session)
    account = account_of(session, box, anna)
    other = lay_account(session, box, anna.id, address="other@uspeh.test")
    proof = account.proved_run_id
    session.execute(update(Draft).values(created_at=LONG_AGO))
    for number in range(HISTORY_LENGTH + 5):
        draft = Draft(user_id=anna.id, details=DETAILS, account_id=account.id, aim=DraftAim.ACCOUNT)
        draft.created_at = LONG_AGO + timedelta(minutes=number + 1)
        session.add(draft)
    elsewhere = check_of(session, box, anna, other)
    session.commit()

    assert forget_old_drafts(session) == 5

    session.commit()
    assert session.get(Run, proof) is not None
    assert session.get(Run, elsewhere.id) is not None
    assert count(session, Draft) == HISTORY_LENGTH + 2
    assert elsewhere.state is RunState.FINISHED
