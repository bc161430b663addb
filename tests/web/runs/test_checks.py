"""The page of a check: its words, its verdict, and saving what was checked by those who may."""

from dataclasses import replace

import pytest

from tests.storage.makers import plain
from tests.web.desk import IMAP, SMTP, Desk, doubtful
from tests.web.runs.changing import STORED, lay_change
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Outcome, OutcomeKind
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.models import RunPurpose, RunState

CHECK = RunPurpose.CHECK
WORKS = Outcome(OutcomeKind.FOUND, STORED)
MOVED = replace(STORED, incoming=(replace(IMAP, settings=replace(IMAP.settings, host="new.uspeh.test")),))
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, field=Field.SECRET)
CHANGED_CERTIFICATE = Problem(ProblemKind.HOST_NOT_CONSENTED, "mx.hoster.test", 993)


@pytest.fixture
def account(desk: Desk) -> int:
    return desk.account()


def test_a_check_speaks_of_checking_and_offers_stop(admin: Visitor, desk: Desk, account: int) -> None:
    text = shown(admin.open(f"/runs/{lay_change(desk, account, purpose=CHECK, state=RunState.RUNNING)}"))

    assert "Проверяем настройки…" in text
    assert "Ничего не сохраняется, письма не отправляются." in text
    assert "Стоп" in text


def test_settings_that_work_are_said_to_work(admin: Visitor, desk: Desk, account: int) -> None:
    page = admin.open(f"/runs/{lay_change(desk, account, WORKS, purpose=CHECK)}")

    assert ">Настройки работают</h2>" in page.text
    assert "Сохранить эти настройки" not in shown(page)
    assert "imap.uspeh.test" in page.text
    assert "hx-get" not in page.text.partition('id="run"')[2].partition(">")[0]


def test_what_differs_from_what_is_stored_may_be_saved(admin: Visitor, desk: Desk, account: int) -> None:
    outcome = Outcome(OutcomeKind.FOUND, MOVED)
    run_id = lay_change(desk, account, outcome, purpose=CHECK, findings=MOVED, secret="teploe-leto-41")
    assert "Сохранить эти настройки" in shown(admin.open(f"/runs/{run_id}"))

    admin.send(f"/runs/{run_id}/save", {"next": "done"}, page=f"/runs/{run_id}")

    run = desk.runs()[0]
    assert run.purpose is RunPurpose.SAVE
    assert run.findings is not None
    assert run.findings.incoming[0].settings.host == "new.uspeh.test"


@pytest.mark.parametrize("remember", [True, False])
def test_a_password_typed_for_the_session_alone_is_nothing_to_save(
    admin: Visitor, desk: Desk, account: int, remember: bool
) -> None:
    run_id = lay_change(desk, account, WORKS, purpose=CHECK, secret="teploe-leto-41", remember_password=remember)

    assert ("Сохранить эти настройки" in shown(admin.open(f"/runs/{run_id}"))) is remember


def test_a_refused_login_is_checked_again_not_saved(admin: Visitor, desk: Desk, account: int) -> None:
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, STORED, incoming_problem=REFUSED)
    run_id = lay_change(desk, account, outcome, purpose=CHECK)
    page = admin.open(f"/runs/{run_id}")
    assert 'value="done"' not in page.text
    assert "Проверка ничего не изменила" in shown(page)

    admin.send(f"/runs/{run_id}/save", {"secret": "drugoe-leto-42", "next": "check"}, page=f"/runs/{run_id}")

    assert desk.runs()[0].purpose is CHECK


def test_an_old_check_stays_to_be_seen_after_the_change_was_saved(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, WORKS, purpose=CHECK)
    desk.mark_saved(run_id, account)

    assert admin.open(f"/runs/{run_id}").status_code == 200


def test_a_colleague_checks_a_shared_account_and_saves_nothing(colleague: Visitor, desk: Desk) -> None:
    shared = desk.account("office@uspeh.test", for_everyone=True)
    outcome = Outcome(OutcomeKind.FOUND, MOVED)
    run_id = lay_change(desk, shared, outcome, purpose=CHECK, findings=MOVED, user_id=colleague.user_id, secret="x")
    page = colleague.open(f"/runs/{run_id}")

    refused = colleague.send(f"/runs/{run_id}/save", {"next": "done"}, page=f"/runs/{run_id}")
    by_hand = colleague.open(f"/runs/{run_id}/servers")

    assert page.status_code == 200
    assert "Сохранить эти настройки" not in shown(page)
    assert "Настройка вручную" not in shown(page)
    assert (refused.status_code, by_hand.status_code) == (403, 403)


def test_a_colleague_gives_no_new_consent_for_a_shared_account(colleague: Visitor, desk: Desk) -> None:
    shared = desk.account("office@uspeh.test", for_everyone=True)
    found = replace(STORED, incoming=(doubtful(IMAP),))
    outcome = Outcome(OutcomeKind.NEEDS_CONSENT, found, incoming_problem=CHANGED_CERTIFICATE)
    run_id = lay_change(desk, shared, outcome, purpose=CHECK, findings=found, user_id=colleague.user_id)

    page = colleague.open(f"/runs/{run_id}")
    asked = colleague.open(f"/runs/{run_id}/consent")
    agreed = colleague.send(f"/runs/{run_id}/consent", {"agreed": "host mx.hoster.test"}, page=f"/runs/{run_id}")

    assert "Решение за тем, кто может изменить учётную запись" in shown(page)
    assert (asked.status_code, agreed.status_code) == (403, 403)


def test_who_may_decide_is_asked_after_a_check_and_may_save_what_was_agreed(admin: Visitor, desk: Desk) -> None:
    first = desk.account(outgoing=plain(SMTP))
    second = desk.account("info@uspeh.test", shares_outgoing_of=first)
    found = replace(STORED, outgoing=(plain(SMTP),))
    missing = Outcome(
        OutcomeKind.NEEDS_CONSENT,
        found,
        outgoing_problem=Problem(ProblemKind.PLAIN_NOT_CONSENTED, SMTP.settings.host, SMTP.settings.port),
    )

    asked = shown(admin.open(f"/runs/{lay_change(desk, second, missing, purpose=CHECK, findings=found)}"))
    works = Outcome(OutcomeKind.FOUND, found)
    verdicts = [
        shown(admin.open(f"/runs/{lay_change(desk, account, works, purpose=CHECK, findings=found)}"))
        for account in (first, second)
    ]

    assert "Нужно ваше согласие" in asked
    assert "Решение за тем" not in asked
    assert "Проверить настройки" in asked
    assert ["Сохранить эти настройки" in verdict for verdict in verdicts] == [False, True]


def test_a_check_can_be_repeated(admin: Visitor, desk: Desk, account: int) -> None:
    run_id = lay_change(desk, account, WORKS, purpose=CHECK)

    admin.send(f"/runs/{run_id}/save", {"next": "check"}, page=f"/runs/{run_id}")

    assert desk.runs()[0].purpose is CHECK
    assert desk.runs()[0].id != run_id


def test_english_has_its_words(desk: Desk, account: int, admin: Visitor) -> None:
    admin.headers["Accept-Language"] = "en"

    text = shown(admin.open(f"/runs/{lay_change(desk, account, WORKS, purpose=CHECK)}"))

    assert "The settings work" in text
    assert "Check again" in text
