"""Duplicating an account: the first form is prefilled, the servers are taken over and proved like any others."""

from dataclasses import replace

from tests.web.desk import IMAP, SECRET, SMTP, Desk, database, proved
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Source
from webapp.mail.settings import Protocol, Security
from webapp.storage.models import Account, RunPurpose

NEW = {
    "address": "vera@uspeh.test",
    "secret": "drugoe-leto-42",
    "sender_name": "Вера",
    "for_sending": "y",
    "for_receiving": "y",
    "for_whom": "only-me",
    "load_since": "2026-10-01",
    "by_hand": "no",
}


def test_the_form_has_names_and_uses_but_no_address_and_no_password(admin: Visitor, desk: Desk) -> None:
    like = desk.account(title="Рабочая", sender_name="Отдел продаж", for_everyone=True)

    page = admin.open(f"/accounts/new?like={like}")

    assert "Серверы и использование — как у «Рабочая»" in shown(page)
    assert 'value="Отдел продаж"' in page.text
    assert "anna@uspeh.test" not in page.text
    assert SECRET not in page.text
    assert 'checked id="for_whom-1"' in page.text


def test_the_servers_come_fixed_and_are_proved_first(admin: Visitor, desk: Desk) -> None:
    like = desk.account()

    answer = admin.send(f"/accounts/new?like={like}", NEW)

    run = desk.runs()[0]
    assert answer.location == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.RETEST
    assert (run.entered.address, run.entered.incoming.host, run.entered.outgoing.host) == (
        "vera@uspeh.test",
        "imap.uspeh.test",
        "smtp.uspeh.test",
    )
    assert run.entered.incoming.username is None  # the address of the other account is nobody's login name here


def test_a_login_name_made_of_the_address_is_made_of_the_new_one(admin: Visitor, desk: Desk) -> None:
    local = replace(IMAP, settings=replace(IMAP.settings, username="anna"))
    relay = replace(SMTP, settings=replace(SMTP.settings, username="relay"))
    like = desk.account(incoming=local, outgoing=relay)

    admin.send(f"/accounts/new?like={like}", NEW)

    entered = desk.runs()[0].entered
    assert (entered.incoming.username, entered.outgoing.username) == ("vera", "relay")


def test_by_hand_the_servers_stand_in_the_form(admin: Visitor, desk: Desk) -> None:
    like = desk.account()

    answer = admin.send(f"/accounts/new?like={like}", NEW | {"by_hand": "yes"})

    assert answer.location.endswith("/servers")
    assert 'value="smtp.uspeh.test"' in admin.open(answer.location).text


def test_servers_somebody_came_upon_are_asked_about_again(admin: Visitor, desk: Desk) -> None:
    like = desk.account(source=Source.MX, trusted=False)
    started = admin.send(f"/accounts/new?like={like}", NEW | {"by_hand": "yes"})
    fields = {
        "incoming_protocol": "imap",
        "incoming_host": "imap.uspeh.test",
        "incoming_port": "993",
        "incoming_security": "tls",
        "incoming_auth": "",
        "outgoing_host": "smtp.uspeh.test",
        "outgoing_port": "465",
        "outgoing_security": "tls",
        "outgoing_auth": "",
        "next": "done",
    }

    answer = admin.send(started.location, fields)

    assert answer.location.endswith("/consent")
    assert "imap.uspeh.test" in admin.open(answer.location).text


def test_an_unprotected_login_is_asked_about_again(admin: Visitor, desk: Desk) -> None:
    plain = proved(Protocol.IMAP, "imap.plain.test", 143, Security.NONE)
    like = desk.account(incoming=plain)

    admin.send(f"/accounts/new?like={like}", NEW)

    assert desk.runs()[0].consent.plain_hosts == frozenset()


def test_coming_back_to_the_form_keeps_the_servers(admin: Visitor, desk: Desk) -> None:
    like = desk.account()
    admin.send(f"/accounts/new?like={like}", NEW)
    run = desk.runs()[0]
    admin.send(f"/runs/{run.id}/stop", page=f"/runs/{run.id}")

    admin.send(f"/accounts/new?draft={run.draft_id}", NEW | {"draft": run.draft_id, "address": "olga@uspeh.test"})

    assert desk.runs()[0].entered.incoming.host == "imap.uspeh.test"
    assert desk.runs()[0].entered.address == "olga@uspeh.test"


def test_a_mistake_keeps_what_the_account_is_to_be_like(admin: Visitor, desk: Desk) -> None:
    like = desk.account()

    answer = admin.send(f"/accounts/new?like={like}", NEW | {"address": "vera"})

    assert answer.status_code == 422
    assert f'action="/accounts/new?like={like}"' in answer.text
    assert 'value="vera"' in answer.text


def test_an_account_out_of_sight_cannot_be_a_pattern(colleague: Visitor, desk: Desk) -> None:
    private = desk.account()

    for wanted in (private, 999999, "x", "9" * 30, -1):
        assert colleague.open(f"/accounts/new?like={wanted}").status_code == 404


def test_a_news_account_is_no_pattern_for_mail(admin: Visitor, desk: Desk) -> None:
    assert admin.open(f"/accounts/new?like={desk.account(news=True)}").status_code == 404


def test_a_colleague_duplicates_a_shared_account_for_themselves(colleague: Visitor, desk: Desk) -> None:
    like = desk.account(for_everyone=True)

    page = colleague.open(f"/accounts/new?like={like}")

    assert page.status_code == 200
    assert 'checked id="for_whom-0"' in page.text
    with database(desk.app) as session:
        assert session.get_one(Account, like).owner_id is None


def test_who_has_not_signed_in_is_led_to_the_door(visitor: Visitor, desk: Desk) -> None:
    assert "/sign-in" in visitor.open(f"/accounts/new?like={desk.account()}").location
