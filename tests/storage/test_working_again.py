"""What a person proves works again at once in the background, and what a person's check finds out counts there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.makers import (
    CREDENTIALS,
    DETAILS,
    FINDINGS,
    account_of,
    lay_account,
    person,
    run_of,
)
from webapp.detection.types import Outcome, OutcomeKind
from webapp.mail.settings import Direction
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.browser_sessions import open_session
from webapp.storage.changing import Letters, change_letters
from webapp.storage.checking import note_check
from webapp.storage.credentials import Origin, Resolved
from webapp.storage.models import Account, AccountState, Run, RunPurpose, Traffic, User
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import keep_rows
from webapp.storage.using import begin_check_draft, details_of, entered_of, findings_of_account
from webapp.storage.withdrawing import forget_password

INCOMING, OUTGOING = Direction.INCOMING, Direction.OUTGOING
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


def rows(session: Session, account: Account) -> dict[Direction, Traffic]:
    session.flush()
    found = select(Traffic).where(Traffic.account_id == account.id).execution_options(populate_existing=True)
    return {row.direction: row for row in session.scalars(found)}


def in_trouble(session: Session, account: Account) -> None:
    """Let both directions be refused."""
    keep_rows(session, utc_now())
    for row in rows(session, account).values():
        row.trouble, row.trouble_since, row.refused, row.failures, row.due_at = REFUSED, utc_now(), True, 2, None
    account.login_refused = True
    session.commit()


def checked(
    session: Session,
    box: SecretBox,
    account: Account,
    user: User,
    outcome: Outcome,
    origin: Origin,
) -> Run:
    """Let a check of the account end so."""
    browser, _ = open_session(session, user)
    draft = begin_check_draft(session, user, browser, account, details_of(account, "ru"), credentials=None, box=box)
    run = run_of(session, draft, RunPurpose.CHECK, entered_of(account), findings=findings_of_account(account))
    resolved = Resolved(CREDENTIALS, ((INCOMING, origin), (OUTGOING, origin)))
    note_check(session, run, outcome, resolved, box, utc_now())
    session.commit()
    return run


def test_a_saved_account_is_due_in_the_same_transaction(session: Session, box: SecretBox, anna: User) -> None:
    account = account_of(session, box, anna)

    found = rows(session, account)
    assert set(found) == {INCOMING, OUTGOING}
    assert all(row.due_at is not None and row.due_at <= utc_now() for row in found.values())


def test_a_successful_check_of_what_is_stored_ends_the_trouble(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id)
    in_trouble(session, account)

    checked(session, box, account, anna, Outcome(OutcomeKind.FOUND, findings_of_account(account)), Origin.STORED)

    for row in rows(session, account).values():
        assert (row.refused, row.trouble, row.failures) == (False, None, 0)
        assert row.due_at is not None
    assert not account.login_refused


def test_a_password_typed_for_this_session_lets_waiting_work_begin(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id, remember=False)
    in_trouble(session, account)

    checked(session, box, account, anna, Outcome(OutcomeKind.FOUND, findings_of_account(account)), Origin.TYPED)

    assert all(not row.refused and row.due_at is not None for row in rows(session, account).values())
    assert not account.login_refused


def test_another_password_that_works_says_nothing_of_the_stored_one(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id)
    in_trouble(session, account)

    checked(session, box, account, anna, Outcome(OutcomeKind.FOUND, findings_of_account(account)), Origin.TYPED)

    assert all(row.refused for row in rows(session, account).values())
    assert account.login_refused


def test_a_refused_check_counts_as_the_first_try_of_its_direction(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, automatic=True)
    keep_rows(session, utc_now())
    session.commit()
    refused = Outcome(
        OutcomeKind.LOGIN_REFUSED, findings_of_account(account), replace(REFUSED, field=Field.INCOMING_SECRET)
    )

    checked(session, box, account, anna, refused, Origin.STORED)

    found = rows(session, account)
    assert (found[INCOMING].trouble, found[INCOMING].refused) == (REFUSED, False)
    assert found[INCOMING].due_at is not None
    assert found[INCOMING].due_at > utc_now() + timedelta(seconds=30)
    assert found[OUTGOING].trouble is None
    assert account.login_refused


def test_who_shares_the_outgoing_server_sends_again_as_well(session: Session, box: SecretBox, anna: User) -> None:
    first = account_of(session, box, anna)
    second = lay_account(session, box, anna.id, address="second@uspeh.test", outgoing=first.outgoing)
    in_trouble(session, second)

    account_of(session, box, anna, replace(DETAILS, address="third@uspeh.test"), FINDINGS)

    found = rows(session, second)
    assert (found[OUTGOING].refused, found[INCOMING].refused) == (False, True)


def test_unticked_automatic_work_waits_until_somebody_wants_it(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, automatic=True)
    keep_rows(session, utc_now())
    session.commit()

    change_letters(session, anna, account, Letters(automatic=False), account.version)

    assert rows(session, account)[INCOMING].due_at is None


def test_ticked_automatic_work_begins_at_once(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, automatic=False)

    change_letters(session, anna, account, Letters(automatic=True), account.version)

    assert rows(session, account)[INCOMING].due_at is not None


def test_a_use_that_is_given_up_has_no_row_any_more(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, automatic=True)
    keep_rows(session, utc_now())
    session.commit()

    change_letters(session, anna, account, Letters(for_receiving=False), account.version)

    assert set(rows(session, account)) == {OUTGOING}


def test_a_forgotten_password_takes_its_refusals_with_it(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, automatic=True)
    in_trouble(session, account)

    forget_password(session, anna, account, account.version)

    for row in rows(session, account).values():
        assert (row.refused, row.trouble, row.due_at) == (False, None, None)
    assert account.state is AccountState.NEEDS_PASSWORD
