"""One direction was found: an account that uses it alone is one press away."""

import pytest

from tests.web.desk import IMAP, SMTP, Desk, doubtful
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Findings, Outcome, OutcomeKind
from webapp.storage.models import RunPurpose, RunState
from webapp.web.runs.found_servers import findings_of
from webapp.web.wizard.entering import as_chosen

RECEIVES = Findings(incoming=(IMAP,))
SENDS = Findings(outgoing=(SMTP,))
BUTTON = 'id="use-half"'


@pytest.mark.parametrize(
    ("findings", "words"),
    [(RECEIVES, "Использовать только для получения"), (SENDS, "Использовать только для отправки")],
)
def test_half_a_result_offers_an_account_of_its_own(admin: Visitor, desk: Desk, findings: Findings, words: str) -> None:
    page = shown(admin.open(f"/runs/{desk.found(findings, OutcomeKind.HALF_FOUND)}"))

    assert words in page


def test_a_whole_result_offers_no_half(admin: Visitor, desk: Desk) -> None:
    assert BUTTON not in admin.open(f"/runs/{desk.run(Outcome(OutcomeKind.STOPPED, Findings((IMAP,), (SMTP,))))}").text


@pytest.mark.parametrize(("findings", "receives"), [(RECEIVES, True), (SENDS, False)])
def test_one_press_begins_the_check_of_that_half(
    admin: Visitor, desk: Desk, findings: Findings, receives: bool
) -> None:
    run_id = desk.found(findings, OutcomeKind.HALF_FOUND)

    answers = [admin.send(f"/runs/{run_id}/half", page=f"/runs/{run_id}") for _ in range(2)]

    run, _search = desk.runs()
    details = desk.draft(run.id).details
    assert {answer.location for answer in answers} == {f"/runs/{run.id}"}
    assert run.purpose is RunPurpose.SAVE
    assert run.entered == as_chosen(run.entered, findings_of(run))
    assert (run.entered.for_receiving, run.entered.for_sending) == (receives, not receives)
    assert (details.for_receiving, details.for_sending) == (receives, not receives)
    assert (details.load_since is not None) == receives


def test_half_a_result_of_an_untrusted_source_needs_consent_all_the_same(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found(Findings(incoming=(doubtful(IMAP),)), OutcomeKind.HALF_FOUND)

    answer = admin.send(f"/runs/{run_id}/half", page=f"/runs/{run_id}")

    assert answer.location == f"/runs/{desk.runs()[0].id}/consent"
    assert desk.runs()[0].purpose is RunPurpose.PREPARED


def test_a_password_that_is_gone_is_asked_for_first(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(Outcome(OutcomeKind.HALF_FOUND, RECEIVES), secret=None)

    answer = admin.send(f"/runs/{run_id}/half", page=f"/runs/{run_id}")
    form = shown(admin.open(answer.location))

    assert answer.location == f"/runs/{desk.runs()[0].id}/servers"
    assert "Сервер входящей почты" in form
    assert "Сервер исходящей почты" not in form
    assert "Нужен для «Готово»" in form


def test_another_search_that_goes_on_is_told_of(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found(RECEIVES, OutcomeKind.HALF_FOUND)
    desk.run(purpose=RunPurpose.DETECT, state=RunState.RUNNING)

    answer = admin.send(f"/runs/{run_id}/half", page=f"/runs/{run_id}")

    assert answer.status_code == 422
    assert "Идёт другой поиск" in shown(answer)


def test_nobody_takes_half_of_somebody_elses_result(colleague: Visitor, desk: Desk) -> None:
    run_id = desk.found(RECEIVES, OutcomeKind.HALF_FOUND)

    assert colleague.send(f"/runs/{run_id}/half", page="/accounts/new").status_code == 404
    assert len(desk.runs()) == 1
