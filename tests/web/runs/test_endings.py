"""Headings that a phase alone would make untrue: what ended a run, and what to press next."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.web.desk import FOUND, IMAP, Desk
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Entered, Findings, Outcome, OutcomeKind
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.models import RunPurpose, RunState
from webapp.storage.refusals import store_refusals
from webapp.web.extensions import db
from webapp.web.moments import clock_words

NOT_FOUND = "Параметры не найдены"
RECEIVES = Entered("anna@uspeh.test", for_sending=False)
UNKNOWN = Problem(ProblemKind.CERTIFICATE_UNKNOWN_ISSUER, "imap.uspeh.test", 143)
NO_DOMAIN = Problem(ProblemKind.NAME_NOT_FOUND, "uspeh.test")
PAUSED = Problem(ProblemKind.LOGIN_PAUSED, "imap.uspeh.test", 993)


def test_servers_whose_certificates_did_not_pass_are_not_called_missing(admin: Visitor, desk: Desk) -> None:
    page = shown(admin.open(f"/runs/{desk.failed(UNKNOWN, UNKNOWN)}"))

    assert "Серверы ответили, но не доказали, что им можно верить" in page
    assert "Пароль не отправлялся." in page
    assert NOT_FOUND not in page


def test_one_server_without_an_answer_keeps_the_plain_heading(admin: Visitor, desk: Desk) -> None:
    silent = Problem(ProblemKind.CONNECTION_TIMED_OUT, "smtp.uspeh.test", 465)

    assert NOT_FOUND in shown(admin.open(f"/runs/{desk.failed(UNKNOWN, silent)}"))


def test_a_domain_that_does_not_exist_is_the_heading(admin: Visitor, desk: Desk) -> None:
    page = shown(admin.open(f"/runs/{desk.failed(NO_DOMAIN, NO_DOMAIN)}"))

    assert "Домена из этого адреса не существует" in page
    assert "Нажмите «Изменить введённое»" in page
    assert NOT_FOUND not in page


def test_a_pause_is_called_one_and_nothing_is_to_be_corrected(admin: Visitor, desk: Desk) -> None:
    page = shown(admin.open(f"/runs/{desk.run(Outcome(OutcomeKind.NOT_PROVED, FOUND, PAUSED))}"))

    assert "Перерыв на десять минут" in page
    assert "исправьте и попробуйте ещё раз" not in page


def test_a_pause_that_goes_on_tells_its_end(app: Flask, admin: Visitor, desk: Desk) -> None:
    ten_minutes_on = utc_now() + timedelta(minutes=10)
    run_id = desk.run(Outcome(OutcomeKind.NOT_PROVED, FOUND, PAUSED), findings=FOUND)
    with app.app_context():
        store_refusals(db.session(), [("anna@uspeh.test", ten_minutes_on - timedelta(minutes=10))] * 3)
        db.session.commit()
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        end = clock_words(ten_minutes_on)

    page = shown(admin.open(f"/runs/{run_id}"))

    assert f"Перерыв до {end}" in page
    assert "Перерыв на десять минут" not in page


@pytest.mark.parametrize("path", ["", "/servers"])
def test_who_only_receives_is_promised_no_test_message(admin: Visitor, desk: Desk, path: str) -> None:
    outcome = Outcome(OutcomeKind.FOUND, Findings(incoming=(IMAP,)))

    page = shown(admin.open(f"/runs/{desk.run(outcome, entered=RECEIVES)}{path}"))

    assert "Готово" in page
    assert "пробное сообщение" not in page


def test_a_check_without_sending_is_not_called_one_by_test_message(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(purpose=RunPurpose.SAVE, state=RunState.RUNNING, entered=RECEIVES)

    page = shown(admin.open(f"/runs/{run_id}"))

    assert "Проверяем настоящим входом…" in page
    assert "пробным сообщением" not in page
