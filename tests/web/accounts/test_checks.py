"""Checking an account, and the history of its checks."""

from datetime import timedelta

import pytest

from tests.web.accounts.counting import queries_of
from tests.web.desk import SECRET, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Outcome, OutcomeKind
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.models import Run, RunPurpose, RunState
from webapp.web.wording.checks import VERDICTS


def check(person: Visitor, account_id: int, **changes: object) -> object:
    """Press the button."""
    data = changes | {"csrf_token": person.token(f"/accounts/{account_id}/checks")}
    return person.browser.post(f"/accounts/{account_id}/checks", data=data, headers=person.headers, buffered=True)


def lay_check(desk: Desk, account_id: int, outcome: Outcome | None, **options: object) -> str:
    """Lay down a check that is over and took 1.4 seconds."""
    run_id = desk.run(outcome, purpose=RunPurpose.CHECK, **options)  # type: ignore[arg-type]
    with database(desk.app) as session:
        run = session.get_one(Run, run_id)
        run.account_id = account_id
        run.finished_at = utc_now()
        run.started_at = run.finished_at - timedelta(milliseconds=1400)
        session.commit()
    return run_id


def test_a_check_is_a_run_of_what_is_stored(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    answer = check(admin, account_id)

    (run,) = desk.runs()
    assert answer.headers["Location"] == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.CHECK
    assert (run.entered.incoming.host, run.entered.outgoing.host) == ("imap.uspeh.test", "smtp.uspeh.test")


def test_an_account_that_only_sends_is_checked_for_sending_only(admin: Visitor, desk: Desk) -> None:
    check(admin, desk.account(for_receiving=False))

    (run,) = desk.runs()
    assert (run.entered.for_receiving, run.entered.for_sending) == (False, True)


def test_without_a_stored_password_it_is_asked_for_and_has_the_focus(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(remember=False)

    answer = check(admin, account_id)

    assert answer.status_code == 422
    assert "Пароль этой учётной записи не хранится" in shown(answer)
    assert answer.text.count(" autofocus") == 1
    assert desk.runs() == []
    assert check(admin, account_id, secret=SECRET).status_code == 303


def test_a_second_press_joins_the_first(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    first, second = check(admin, account_id), check(admin, account_id)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(desk.runs()) == 1


def test_everybody_may_check_an_account_for_everyone(colleague: Visitor, desk: Desk) -> None:
    account_id = desk.account(for_everyone=True)

    assert check(colleague, account_id).status_code == 303
    assert [run.purpose for run in Desk(desk.app, colleague.user_id).runs()] == [RunPurpose.CHECK]


def test_nobody_checks_the_account_of_another(colleague: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    assert colleague.send(f"/accounts/{account_id}/checks", page="/accounts").status_code == 404
    assert Desk(desk.app, colleague.user_id).runs() == []


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome(OutcomeKind.FOUND), "всё работает"),
        (Outcome(OutcomeKind.LOGIN_REFUSED), "вход отклонён"),
        (
            Outcome(
                OutcomeKind.NOT_PROVED, incoming_problem=Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 993)
            ),
            "не получилось",
        ),
        (Outcome(OutcomeKind.STOPPED), "остановлено"),
    ],
)
def test_the_history_tells_when_who_and_how_it_ended(admin: Visitor, desk: Desk, outcome: Outcome, words: str) -> None:
    account_id = desk.account()
    run_id = lay_check(desk, account_id, outcome)

    page = admin.open(f"/accounts/{account_id}/checks")

    assert f"Анна Петрова проверка {words}" in shown(page)
    assert "1,4 с" in shown(page)
    assert f'href="/runs/{run_id}"' in page.text


def test_every_end_has_a_verdict() -> None:
    assert set(VERDICTS) == set(OutcomeKind)


def test_a_long_history_asks_the_database_as_often_as_a_short_one(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()
    lay_check(desk, account_id, Outcome(OutcomeKind.FOUND))
    once = queries_of(desk.app, admin, f"/accounts/{account_id}/checks")
    for _ in range(5):
        lay_check(desk, account_id, Outcome(OutcomeKind.STOPPED))

    assert queries_of(desk.app, admin, f"/accounts/{account_id}/checks") == once


def test_an_interrupted_check_is_told_as_such(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()
    lay_check(desk, account_id, None, state=RunState.INTERRUPTED)

    assert "прервано" in shown(admin.open(f"/accounts/{account_id}/checks"))


def test_another_persons_check_is_told_but_not_linked(admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    account_id = desk.account(for_everyone=True)
    run_id = lay_check(desk, account_id, Outcome(OutcomeKind.STOPPED))

    page = colleague.open(f"/accounts/{account_id}/checks")

    assert "Анна Петрова" in shown(page)
    assert run_id not in page.text


def test_without_checks_the_history_says_so(admin: Visitor, desk: Desk) -> None:
    assert "Проверок ещё не было" in shown(admin.open(f"/accounts/{desk.account()}/checks"))
