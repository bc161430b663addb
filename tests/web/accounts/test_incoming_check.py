"""“Check settings” beside the incoming server: takes what is on the screen, saves nothing, keeps passwords home."""

from flask import Flask

from tests.web.accounts.test_incoming import change, host_of, only_run
from tests.web.desk import SECRET, Desk
from tests.web.visitor import Visitor, shown
from webapp.storage.models import RunPurpose


def test_a_check_takes_what_is_on_the_screen_and_saves_nothing(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    change(admin, account_id, "check", incoming_host="mail.uspeh.test", secret=SECRET)

    run = only_run(desk)
    assert (run.purpose, run.entered.incoming.host) == (RunPurpose.CHECK, "mail.uspeh.test")
    assert host_of(app, account_id) == "imap.uspeh.test"


def test_a_check_of_what_is_stored_needs_no_password(admin: Visitor, desk: Desk) -> None:
    assert change(admin, desk.account(), "check").status_code == 303
    assert only_run(desk).purpose is RunPurpose.CHECK


def test_a_check_never_sends_the_stored_password_to_another_server(admin: Visitor, desk: Desk) -> None:
    assert change(admin, desk.account(), "check", incoming_host="zlo.test").status_code == 422
    assert desk.runs() == []


def test_a_check_of_an_empty_field_says_what_to_do(admin: Visitor, desk: Desk) -> None:
    answer = change(admin, desk.account(), "check", incoming_host="")

    assert answer.status_code == 422
    assert "Для проверки заполните все поля" in shown(answer)


def test_the_password_field_has_the_focus_when_it_is_what_is_missing(admin: Visitor, desk: Desk) -> None:
    answer = change(admin, desk.account(remember=False), "check")

    assert answer.status_code == 422
    assert answer.text.count(" autofocus") == 1
    assert "autofocus" in answer.text[answer.text.index('id="secret"') - 300 : answer.text.index('id="secret"') + 300]
