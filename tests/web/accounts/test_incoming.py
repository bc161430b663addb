"""The incoming server of an account: proved before it is saved, checked without saving, its password glued to it."""

import pytest
from flask import Flask

from tests.web.accounts.paper import filled, send
from tests.web.desk import POP3, SECRET, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.mail.settings import Protocol, Security
from webapp.storage.drafts import draft_credentials
from webapp.storage.models import Account, Run, RunPurpose
from webapp.web.extensions import box

NEW_SECRET = "drugoe-leto-42"


def change(person: Visitor, account_id: int, button: str = "save", **changes: object) -> object:
    """Change the server as a person does, and press a button."""
    return send(person, f"/accounts/{account_id}/incoming", "incoming_host", next=button, **changes)


def only_run(desk: Desk) -> Run:
    """Return the one run there is."""
    (run,) = desk.runs()
    return run


def host_of(app: Flask, account_id: int) -> str:
    """Return the stored server name."""
    with database(app) as session:
        server = session.get_one(Account, account_id).incoming
        assert server is not None
        return server.host


def test_the_form_shows_what_is_stored_but_no_password(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/accounts/{desk.account()}/incoming")

    fields = filled(page.text, "incoming_host")
    assert (fields["incoming_host"], fields["incoming_port"]) == ("imap.uspeh.test", "993")
    assert (fields["incoming_security"], fields["incoming_username"]) == ("tls", "anna@uspeh.test")
    assert fields["secret"] == ""
    assert "чтобы остался сохранённый пароль" in shown(page)


def test_another_host_needs_the_password_again(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    answer = change(admin, account_id, incoming_host="mail.uspeh.test")

    assert answer.status_code == 422
    assert "Сохранённый пароль привязан к прежнему серверу" in shown(answer)
    assert filled(answer.text, "incoming_host")["incoming_host"] == "mail.uspeh.test"
    assert desk.runs() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"incoming_port": "143"},
        {"incoming_security": "starttls"},
        {"incoming_username": "anna"},
        {"incoming_protocol": "pop3", "incoming_port": "995"},
    ],
)
def test_so_does_every_part_of_its_place(admin: Visitor, desk: Desk, changes: dict[str, str]) -> None:
    assert change(admin, desk.account(), **changes).status_code == 422
    assert desk.runs() == []


def test_with_the_password_a_save_run_starts_and_the_old_server_stays(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    answer = change(admin, account_id, incoming_host="mail.uspeh.test", secret=NEW_SECRET)

    run = only_run(desk)
    assert answer.headers["Location"] == f"/runs/{run.id}"
    assert (run.purpose, run.entered.incoming.host) == (RunPurpose.SAVE, "mail.uspeh.test")
    assert run.entered.outgoing.host == "smtp.uspeh.test"
    with app.app_context():
        typed = draft_credentials(box(), desk.draft(run.id))
    assert typed is not None
    assert typed.incoming == NEW_SECRET
    assert host_of(app, account_id) == "imap.uspeh.test"


def test_a_new_password_alone_is_proved_at_the_same_server(admin: Visitor, desk: Desk) -> None:
    change(admin, desk.account(), secret=NEW_SECRET)

    assert only_run(desk).purpose is RunPurpose.SAVE


def test_nothing_changed_starts_nothing(admin: Visitor, desk: Desk) -> None:
    assert change(admin, desk.account()).status_code == 303
    assert desk.runs() == []


def test_the_port_follows_the_security_if_it_was_the_standard_one(admin: Visitor, desk: Desk) -> None:
    change(admin, desk.account(), incoming_security="starttls", secret=SECRET)

    server = only_run(desk).entered.incoming
    assert (server.port, server.security) == (143, Security.STARTTLS)


def test_an_empty_field_is_found_out_without_the_password(admin: Visitor, desk: Desk) -> None:
    answer = change(admin, desk.account(), incoming_host="mail.uspeh.test", incoming_port="", incoming_security="")

    run = only_run(desk)
    assert answer.status_code == 303
    assert (run.purpose, run.entered.incoming.port) == (RunPurpose.RETEST, None)


def test_a_connection_without_protection_is_retested_first(admin: Visitor, desk: Desk) -> None:
    change(admin, desk.account(), incoming_security="none", incoming_port="143", secret=SECRET)

    assert only_run(desk).purpose is RunPurpose.RETEST


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"incoming_host": "нет такого!"}, "не может быть именем сервера"),
        ({"incoming_port": "99999"}, "Порт — это число от 1 до 65535"),
        ({"incoming_port": "8080"}, "не используется для почты"),
        ({"incoming_auth": "oauth2"}, "Этот способ не поддерживается"),
        ({"secret": "a\nb"}, "перевод строки"),
    ],
)
def test_the_rules_are_those_of_the_wizard(admin: Visitor, desk: Desk, changes: dict[str, str], words: str) -> None:
    answer = change(admin, desk.account(), **changes)

    assert answer.status_code == 422
    assert desk.runs() == []
    assert 'aria-invalid="true"' in answer.text
    assert words.split()[0] in shown(answer)


def test_a_change_meanwhile_is_told_and_the_newest_values_are_shown(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()

    answer = change(admin, account_id, incoming_host="mail.uspeh.test", secret=SECRET, version="9")

    assert answer.status_code == 422
    assert "Сейчас хранится Имя сервера imap.uspeh.test" in shown(answer)
    assert filled(answer.text, "incoming_host")["version"] == "1"
    assert desk.runs() == []


def test_an_account_that_only_sends_can_be_given_an_incoming_server(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(for_receiving=False, incoming_id=None)

    change(
        admin, account_id, incoming_host="imap.uspeh.test", incoming_port="993", incoming_security="tls", secret=SECRET
    )

    run = only_run(desk)
    assert run.entered.for_receiving
    assert desk.draft(run.id).details.for_receiving


def test_an_older_form_without_a_token_is_not_taken(admin: Visitor, desk: Desk) -> None:
    assert (
        change(admin, desk.account(), incoming_host="mail.uspeh.test", secret=SECRET, csrf_token="x").status_code == 422
    )
    assert desk.runs() == []


def test_a_pop3_server_is_shown_as_such(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/accounts/{desk.account(incoming=POP3)}/incoming")

    assert filled(page.text, "incoming_host")["incoming_protocol"] == Protocol.POP3
