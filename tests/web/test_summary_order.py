"""The error summary of every form of the settings goes down the page: its lines stand in the order of their fields."""

import re

import pytest
from werkzeug.test import TestResponse

from tests.web.desk import FOUND, POP3, Desk
from tests.web.visitor import Visitor
from webapp.detection.types import OutcomeKind

LONG, BELL = "x" * 400, "a\a"
SERVER = {"host": "no server!", "port": "99999", "auth": "oauth2", "username": BELL}
INCOMING = {f"incoming_{part}": value for part, value in SERVER.items()} | {"incoming_protocol": "smoke"}
OUTGOING = {f"outgoing_{part}": value for part, value in SERVER.items()}
SECRETS = {"secret": BELL + "\n", "separate_secret": "y", "outgoing_secret": BELL + "\n"}
WHO = {"title": LONG, "sender_name": "", "address": "nobody", "reply_to": "nobody", "signature": "x" * 20_000}


def check(answer: TestResponse, at_least: int) -> None:
    """See to it that every line leads to a control of the page, further down each time."""
    assert answer.status_code == 422
    summary, _, form = answer.text.partition('id="error-summary"')[2].partition("<form")
    named = re.findall(r'href="#([^"]+)"', summary)
    places = [form.index(f' id="{name}"') for name in named]
    assert len(named) >= at_least
    assert places == sorted(places), named
    for name in named:
        assert f' id="{name}-error"' in form


@pytest.mark.parametrize("news", [False, True], ids=["mail", "news"])
def test_incoming_server(admin: Visitor, desk: Desk, news: bool) -> None:
    account = desk.account(news=news)
    needs_login = {"needs_login": "y"} if news else {}

    answer = admin.send(f"/accounts/{account}/incoming", {**INCOMING, **SECRETS, **needs_login})

    check(answer, 4 if news else 5)


def test_outgoing_server(admin: Visitor, desk: Desk) -> None:
    check(admin.send(f"/accounts/{desk.account()}/outgoing/new", {"description": LONG, **OUTGOING, **SECRETS}), 6)


def test_adding_an_account_on_a_news_server(admin: Visitor) -> None:
    check(admin.send("/accounts/new/news", {**WHO, **INCOMING, "needs_login": "y", "secret": ""}), 7)


def test_adding_an_account(admin: Visitor) -> None:
    typed = {
        "address": "nobody",
        "secret": "a\n",
        "sender_name": BELL,
        "load_since": "2999-01-01",
        "for_receiving": "y",
    }

    check(admin.send("/accounts/new", typed), 4)


def test_letters(admin: Visitor, desk: Desk) -> None:
    account = desk.account(incoming=POP3)
    typed = {"load_since": "yesterday", "for_receiving": "y", "keep_on_server": "y", "delete_after_days": "some"}

    check(admin.send(f"/accounts/{account}/letters", typed), 2)


def test_profile(admin: Visitor, desk: Desk) -> None:
    check(admin.send(f"/accounts/{desk.account()}", WHO), 4)


def test_both_servers_by_hand(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found(FOUND, OutcomeKind.HALF_FOUND)

    check(admin.send(f"/runs/{run_id}/servers", {**INCOMING, **OUTGOING, **SECRETS, "next": "done"}), 9)
