"""Accounts on news servers: added by hand, shown in the window, their server changed and checked."""

import pytest
from flask import Flask

from tests.web.accounts.paper import filled, send
from tests.web.desk import Desk
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Entered, EnteredServer, Outcome, OutcomeKind
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import AccountKind, DraftDetails, RunPurpose

NEW = "/accounts/new/news"
FIELDS = {
    "title": "Новости",
    "sender_name": "Анна Петрова",
    "address": "anna@uspeh.test",
    "incoming_host": "news.uspeh.test",
}


def add(person: Visitor, **changes: object) -> object:
    """Fill in the form and press Create."""
    return send(person, NEW, "incoming_host", **(FIELDS | changes))


def test_without_a_login_the_server_is_proved_at_once(admin: Visitor, desk: Desk) -> None:
    answer = add(admin)

    (run,) = desk.runs()
    assert answer.headers["Location"] == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.SAVE
    server = run.findings.incoming[0].settings if run.findings else None
    assert server is not None
    assert (server.protocol, server.host, server.port) == (Protocol.NNTP, "news.uspeh.test", 563)
    assert (server.username, server.auth_methods) == (None, (AuthMethod.NONE,))
    details = desk.draft(run.id).details
    assert (details.kind, details.for_sending, details.title) == (AccountKind.NEWS, False, "Новости")


def test_the_port_follows_the_security(admin: Visitor, desk: Desk) -> None:
    add(admin, incoming_security="starttls")

    server = desk.runs()[0].entered.incoming
    assert (server.port, server.security) == (119, Security.STARTTLS)


def test_with_a_login_name_and_password_are_needed(admin: Visitor, desk: Desk) -> None:
    answer = add(admin, needs_login="y")

    assert answer.status_code == 422
    assert "Введите имя для входа" in shown(answer)
    assert "Введите пароль для сервера новостей" in shown(answer)
    assert desk.runs() == []
    assert add(admin, needs_login="y", incoming_username="anna", secret="leto").status_code == 303


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"incoming_host": ""}, "Введите имя сервера новостей"),
        ({"address": "anna"}, "знак @"),
        ({"sender_name": ""}, "читатели"),
        ({"incoming_port": "1"}, "Порт 1"),
        ({"incoming_security": "sometimes"}, "исправьте форму"),
    ],
)
def test_wrong_input_comes_back(admin: Visitor, desk: Desk, changes: dict[str, str], words: str) -> None:
    answer = add(admin, **changes)

    assert answer.status_code == 422
    assert words.casefold() in shown(answer).casefold()
    assert desk.runs() == []


def test_only_administrators_add_one_for_everyone(admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    assert add(colleague, for_whom="everyone").status_code == 422
    assert add(admin, for_whom="everyone").status_code == 303
    assert desk.draft(desk.runs()[0].id).details.for_everyone


def test_who_is_not_signed_in_adds_nothing(visitor: Visitor, admin: Visitor) -> None:
    assert "/sign-in" in visitor.open(NEW).headers["Location"]


def test_the_same_server_and_login_twice_is_refused(admin: Visitor, desk: Desk) -> None:
    desk.account(news=True)
    known = filled(admin.open(f"/accounts/{news_id(admin)}/incoming").text, "incoming_host")

    answer = add(
        admin,
        incoming_host=known["incoming_host"],
        incoming_port=known["incoming_port"],
        incoming_security=known["incoming_security"],
        needs_login="y" if known["incoming_username"] else None,
        incoming_username=known["incoming_username"],
        secret="leto",
    )

    assert answer.status_code == 422
    assert "уже есть" in shown(answer)


def news_id(person: Visitor) -> int:
    """Return the id of the account on the news server, from the left pane."""
    text = person.open("/accounts").text
    return int(text[: text.index('aria-current="true"')].rsplit("/accounts/", 1)[1].split('"')[0])


def test_the_window_shows_what_newsgroups_have(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(news=True)

    profile = shown(admin.open(f"/accounts/{account_id}"))
    server = shown(admin.open(f"/accounts/{account_id}/incoming"))

    assert "Сервер исходящей почты SMTP" not in profile
    assert "Сервер групп новостей (NNTP)" in server
    assert "Проверить настройки" in server


def test_its_server_is_proved_when_changed(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(news=True)

    answer = send(
        admin,
        f"/accounts/{account_id}/incoming",
        "incoming_host",
        next="save",
        incoming_host="nntp.uspeh.test",
        needs_login=None,
    )

    (run,) = desk.runs()
    assert answer.headers["Location"] == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.SAVE
    assert run.entered.incoming.host == "nntp.uspeh.test"


def test_it_is_checked_like_any_other(admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(news=True)

    answer = admin.send(f"/accounts/{account_id}/checks")

    assert answer.status_code == 303
    assert desk.runs()[0].purpose is RunPurpose.CHECK


def test_a_duplicate_has_the_server_but_no_address(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(news=True)

    fields = filled(admin.open(f"{NEW}?like={account_id}").text, "incoming_host")

    assert fields["incoming_host"] != ""
    assert (fields["address"], fields["incoming_username"], fields["secret"]) == ("", "", "")


def test_the_account_of_another_is_no_model(colleague: Visitor, desk: Desk) -> None:
    account_id = desk.account(news=True)

    assert filled(colleague.open(f"{NEW}?like={account_id}").text, "incoming_host")["incoming_host"] == ""


def failed_news(desk: Desk) -> str:
    """Lay down a run that could not reach a news server without a login."""
    server = EnteredServer(Protocol.NNTP, "news.uspeh.test", 563, Security.TLS, AuthMethod.NONE)
    entered = Entered("anna@uspeh.test", for_sending=False, incoming=server)
    problem = Problem(ProblemKind.CONNECTION_REFUSED, "news.uspeh.test", 563)
    return desk.run(
        Outcome(OutcomeKind.NOT_PROVED, incoming_problem=problem),
        purpose=RunPurpose.SAVE,
        entered=entered,
        details=DraftDetails("anna@uspeh.test", "Анна", for_sending=False, kind=AccountKind.NEWS, by_hand=True),
        secret=None,
    )


def test_a_failed_one_is_corrected_as_a_news_server_and_never_becomes_mail(admin: Visitor, desk: Desk) -> None:
    run_id = failed_news(desk)

    page = admin.open(f"/runs/{run_id}")
    answer = send(admin, f"/runs/{run_id}/servers", "incoming_host", next="done", incoming_host="nntp.uspeh.test")

    assert "POP3" not in shown(page)
    assert answer.status_code == 303
    server = desk.runs()[0].entered.incoming
    assert (server.protocol, server.host, server.auth_method) == (Protocol.NNTP, "nntp.uspeh.test", AuthMethod.NONE)
    assert desk.runs()[0].purpose is RunPurpose.SAVE


def test_back_from_a_failed_one_loses_nothing_but_the_password(admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    draft_id = desk.draft(failed_news(desk)).id

    fields, others = (
        filled(person.open(f"{NEW}?draft={draft_id}").text, "incoming_host") for person in (admin, colleague)
    )

    assert (fields["incoming_host"], fields["address"]) == ("news.uspeh.test", "anna@uspeh.test")
    assert others["incoming_host"] == ""
