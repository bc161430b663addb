"""Choosing among the outgoing servers there are: proved for this account first."""

from dataclasses import replace

from flask import Flask

from tests.web.accounts.paper import send
from tests.web.desk import SMTP, Desk, database, proved
from tests.web.visitor import Visitor, shown
from webapp.mail.settings import Protocol
from webapp.storage.models import Account, RunPurpose

RELAY = proved(Protocol.SMTP, "relay.uspeh.test", 465)


def outgoing_of(app: Flask, account_id: int) -> int:
    """Return the id of the server an account sends by."""
    with database(app) as session:
        server_id = session.get_one(Account, account_id).outgoing_id
        assert server_id is not None
        return server_id


def choose(person: Visitor, account_id: int, server_id: int | str, **changes: object) -> object:
    """Choose a server at the bottom of the first section."""
    page = f"/accounts/{account_id}"
    return send(person, page, "outgoing", f"{page}/outgoing", outgoing=str(server_id), **changes)


def test_one_server_alone_is_no_choice(admin: Visitor, desk: Desk) -> None:
    assert 'name="outgoing"' not in admin.open(f"/accounts/{desk.account()}").text


def test_servers_of_one_name_are_told_apart_by_their_login_names(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()
    other = replace(SMTP, settings=replace(SMTP.settings, username="info@uspeh.test"))
    desk.account("info@uspeh.test", outgoing=other)

    page = shown(admin.open(f"/accounts/{account_id}"))

    assert "smtp.uspeh.test:465 · anna@uspeh.test" in page
    assert "smtp.uspeh.test:465 · info@uspeh.test" in page


def test_another_server_of_ones_own_is_proved_before_it_is_used(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id, other_id = desk.account(), desk.account("info@uspeh.test", outgoing=RELAY)
    server_id = outgoing_of(app, other_id)

    answer = choose(admin, account_id, server_id)

    (run,) = desk.runs()
    assert answer.headers["Location"] == f"/runs/{run.id}"
    assert (run.purpose, run.entered.outgoing.host) == (RunPurpose.SAVE, "relay.uspeh.test")
    assert desk.draft(run.id).outgoing_id == server_id
    assert outgoing_of(app, account_id) != server_id


def test_a_certificate_accepted_for_one_account_is_not_accepted_for_another_that_chooses_the_server(
    app: Flask, admin: Visitor, desk: Desk
) -> None:
    pinned = replace(RELAY, pinned_sha256="ab" * 32)
    account_id, other_id = desk.account(), desk.account("info@uspeh.test", outgoing=pinned)

    answer = choose(admin, account_id, outgoing_of(app, other_id))

    (run,) = desk.runs()
    assert answer.headers["Location"] == f"/runs/{run.id}"
    assert run.consent.pins == {}
    assert run.findings is not None
    assert run.findings.outgoing[0].pinned_sha256 is None, "it is verified like any other"


def test_the_servers_of_others_are_not_offered_and_not_taken(
    app: Flask, admin: Visitor, colleague: Visitor, desk: Desk
) -> None:
    foreign = outgoing_of(app, desk.account("boris@uspeh.test", owner=colleague.user_id, outgoing=RELAY))
    account_id = desk.account()
    desk.account("info@uspeh.test")

    answer = choose(admin, account_id, foreign)

    assert "relay.uspeh.test" not in admin.open(f"/accounts/{account_id}").text
    assert answer.status_code == 422
    assert "Выберите сервер из списка" in shown(answer)
    assert desk.runs() == []


def test_the_same_server_starts_nothing(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()
    desk.account("info@uspeh.test", outgoing=RELAY)

    assert choose(admin, account_id, outgoing_of(app, account_id)).status_code == 303
    assert desk.runs() == []


def test_a_stale_choice_is_told(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id, other_id = desk.account(), desk.account("info@uspeh.test", outgoing=RELAY)

    answer = choose(admin, account_id, outgoing_of(app, other_id), version="6")

    assert answer.status_code == 422
    assert desk.runs() == []


def test_without_a_fitting_password_it_is_asked_for(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()
    other_id = desk.account("info@uspeh.test", outgoing=RELAY, remember=False)

    answer = choose(admin, account_id, outgoing_of(app, other_id))

    assert answer.status_code == 422
    assert "Введите пароль для этого сервера" in shown(answer)


def test_whoever_reloads_a_refused_choice_comes_back_to_the_account(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    assert admin.open(f"/accounts/{account_id}/outgoing").headers["Location"] == f"/accounts/{account_id}"


def test_newsgroups_send_nothing(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(news=True)

    assert admin.send(f"/accounts/{account_id}/outgoing", page="/accounts").status_code == 404
