"""A check saves nothing but what it found out about what is stored, and its line in history and journal."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.changes import TYPED, administrator, browser_of, change_of, check_of, moved, rows_of, saved
from tests.storage.makers import IMAP, SMTP, draft_of, lay_account, person, run_of
from webapp.detection.types import Findings, Outcome, OutcomeKind
from webapp.mail.settings import Credentials, Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.checking import note_check
from webapp.storage.credentials import Resolved, has_session_secret, keep_for_session, look_up
from webapp.storage.history import checks_of, last_change
from webapp.storage.models import Account, Action, JournalEntry, Run, RunPurpose, RunState, User
from webapp.storage.secrets import SecretBox

REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993)
LATER = utc_now() + timedelta(hours=1)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    account = lay_account(session, box, anna.id)
    session.commit()
    return account


def ended(session: Session, box: SecretBox, run: Run, kind: OutcomeKind) -> None:
    resolved = look_up(session, box, run)
    assert isinstance(resolved, Resolved)
    problem = REFUSED if kind is OutcomeKind.LOGIN_REFUSED else None
    note_check(session, run, Outcome(kind, run.findings or Findings(), problem), resolved, box, LATER)
    session.commit()


def actions(session: Session) -> list[Action]:
    return list(session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


def test_a_refused_stored_password_marks_the_account_and_a_working_one_clears_it(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    ended(session, box, check_of(session, box, anna, account), OutcomeKind.LOGIN_REFUSED)
    assert account.login_refused
    assert account.checked_at == LATER
    assert account.version == 1, "a check is nobody's change"

    ended(session, box, check_of(session, box, anna, account), OutcomeKind.FOUND)
    assert not account.login_refused


def test_temporary_trouble_marks_nothing(session: Session, box: SecretBox, anna: User, account: Account) -> None:
    ended(session, box, check_of(session, box, anna, account), OutcomeKind.NOT_PROVED)

    assert not account.login_refused
    assert account.checked_at == LATER


def test_a_slip_of_the_finger_says_nothing_about_what_is_stored(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    ended(session, box, check_of(session, box, anna, account, typed=TYPED), OutcomeKind.LOGIN_REFUSED)

    assert not account.login_refused


@pytest.mark.parametrize("kind", [OutcomeKind.FOUND, OutcomeKind.LOGIN_REFUSED])
def test_what_was_only_on_the_screen_says_nothing_about_the_account(
    session: Session, box: SecretBox, anna: User, account: Account, kind: OutcomeKind
) -> None:
    before = rows_of(session)
    run = check_of(session, box, anna, account, findings=Findings((moved(IMAP),), (SMTP,)), typed=TYPED)

    ended(session, box, run, kind)

    assert rows_of(session) == before
    assert actions(session) == [Action.ACCOUNT_CHECKED]


@pytest.mark.parametrize("kind", [OutcomeKind.STOPPED, OutcomeKind.INTERRUPTED])
def test_a_check_that_was_cut_short_says_nothing(
    session: Session, box: SecretBox, anna: User, account: Account, kind: OutcomeKind
) -> None:
    before = rows_of(session)

    ended(session, box, check_of(session, box, anna, account), kind)

    assert rows_of(session) == before
    assert actions(session) == []


def test_a_typed_password_that_works_is_kept_for_the_session_where_none_is_remembered(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id, remember=False)
    browser = browser_of(session, anna)
    refused = check_of(session, box, anna, account, typed=Credentials("falsch"), browser=browser)
    ended(session, box, refused, OutcomeKind.LOGIN_REFUSED)
    assert not has_session_secret(session, browser, account)

    ended(session, box, check_of(session, box, anna, account, typed=TYPED, browser=browser), OutcomeKind.FOUND)

    assert has_session_secret(session, browser, account)
    assert [row.secret for row in (account.incoming, account.outgoing) if row] == [None, None]
    assert TYPED.incoming not in str(rows_of(session))


def test_a_password_of_the_session_that_is_refused_is_asked_for_again(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id, remember=False)
    browser = browser_of(session, anna)
    keep_for_session(session, box, browser, account, TYPED)

    ended(session, box, check_of(session, box, anna, account, browser=browser), OutcomeKind.LOGIN_REFUSED)

    assert not has_session_secret(session, browser, account)
    assert not account.login_refused
    assert look_up(session, box, check_of(session, box, anna, account, browser=browser)) is Direction.INCOMING
    assert actions(session) == [Action.ACCOUNT_CHECKED, Action.ACCOUNT_USED]


def test_a_colleague_who_checks_a_shared_account_changes_only_its_marks(
    session: Session, box: SecretBox, anna: User
) -> None:
    shared = lay_account(session, box, None, administrator(session).id)
    session.commit()

    ended(session, box, check_of(session, box, anna, shared), OutcomeKind.LOGIN_REFUSED)

    assert shared.login_refused
    line = session.scalars(select(JournalEntry)).one()
    assert (line.user_id, dict(line.details)) == (anna.id, {"verdict": "login-refused", "problem": "login-refused"})


def test_the_history_holds_checks_and_saves_with_their_people_the_newest_first(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    boris = person(session, "boris")
    elsewhere = lay_account(session, box, boris.id)
    check_of(session, box, boris, elsewhere)
    check = check_of(session, box, anna, account)
    change = change_of(session, box, anna, account, typed=TYPED)
    saved(session, box, change)
    run_of(session, draft_of(session, box, anna, replace(change.draft.details, title="Другая")), RunPurpose.DETECT)

    history = checks_of(session, account)

    assert list(history) == [change, check]
    refused = run_of(
        session, draft_of(session, box, boris, replace(change.draft.details, title="Ещё")), RunPurpose.SAVE
    )
    refused.account_id, refused.state = account.id, RunState.FINISHED  # it ended with "there is such an account"
    session.commit()
    assert list(checks_of(session, account)) == [change, check]
    assert checks_of(session, account, limit=1) == [change]
    assert [run.user for run in history] == [anna, anna]
    line = last_change(session, account)
    assert line is not None
    assert line.action is Action.PASSWORD_REPLACED
