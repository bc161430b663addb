"""An account that waits for its password: its pages are read, nothing of it is changed, and each says why."""

from typing import Any

import pytest

from tests.storage.changes import rows_of
from tests.web.accounts.paper import Paper, send
from tests.web.desk import Desk, database
from tests.web.visitor import Visitor, shown

KEPT_OUT = pytest.mark.parametrize("kept_out", ["locked", "frozen"])
REASON = "Пока пароль от почты не введён"
SERVER = {"outgoing_host": "smtp.other.test", "outgoing_port": "465", "outgoing_security": "tls"}
CHANGES: dict[str, tuple[str, dict[str, str]]] = {
    "profile": ("", {"title": "Моё", "sender_name": "Анна", "address": "anna@uspeh.test"}),
    "address": ("", {"sender_name": "Анна", "address": "other@uspeh.test", "secret": "x"}),
    "letters": ("/letters", {"for_sending": "y"}),
    "incoming": ("/incoming", {"incoming_host": "imap.other.test", "secret": "x", "next": "save"}),
    "check": ("/incoming", {"incoming_host": "imap.other.test", "secret": "x", "next": "check"}),
    "security": ("/security", {"remember": "no"}),
    "choice": ("/outgoing", {"outgoing": "1"}),
    "new server": ("/outgoing/new", SERVER),
    "server": ("/outgoing/{server}", SERVER),
    "description": ("/outgoing/{server}", {"description": "Мой"}),
}


def waiting(desk: Desk, kept_out: str) -> int:
    columns: dict[str, Any] = {kept_out: True}
    return desk.account("anna@uspeh.test", **columns)


def stored(desk: Desk) -> list[Any]:
    with database(desk.app) as session:
        return rows_of(session)


@KEPT_OUT
@pytest.mark.parametrize("section", ["", "/incoming", "/letters", "/security"])
def test_its_sections_are_read_and_say_why(admin: Visitor, desk: Desk, kept_out: str, section: str) -> None:
    account_id = waiting(desk, kept_out)

    page = admin.open(f"/accounts/{account_id}{section}")

    assert page.status_code == 200
    assert REASON in shown(page)
    assert f'href="/accounts/{account_id}/password"' in page.text
    assert not any("version" in form for form in forms(page.text)), "nothing to fill in"


@KEPT_OUT
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_change_is_taken(admin: Visitor, desk: Desk, kept_out: str, change: tuple[str, dict[str, str]]) -> None:
    account_id, (path, fields) = waiting(desk, kept_out), change
    with database(desk.app) as session:
        (server_id,) = session.connection().exec_driver_sql("SELECT id FROM outgoing_servers").one()
    before = stored(desk)

    answer = admin.send(
        f"/accounts/{account_id}{path.format(server=server_id)}", {"version": "1", **fields}, page="/accounts/new"
    )

    assert answer.status_code == 403
    assert REASON in shown(answer)
    assert f'href="/accounts/{account_id}/password"' in answer.text
    assert stored(desk) == before
    assert desk.runs() == []


@KEPT_OUT
def test_its_outgoing_server_is_not_changed_with_the_help_of_another_account(
    admin: Visitor, desk: Desk, kept_out: str
) -> None:
    waiting(desk, kept_out)
    with database(desk.app) as session:
        (server_id,) = session.connection().exec_driver_sql("SELECT id FROM outgoing_servers").one()
    helper = desk.account("helper@uspeh.test")
    page = f"/accounts/{helper}/outgoing/{server_id}"
    before = stored(desk)

    described = send(admin, page, "outgoing_host", description="Мой")
    moved = send(admin, page, "outgoing_host", outgoing_host="smtp.other.test", secret="x", next="done")

    assert [described.status_code, moved.status_code] == [403, 403]
    assert REASON in shown(moved)
    assert stored(desk) == before


@KEPT_OUT
def test_its_password_is_taken_and_it_is_deleted(admin: Visitor, desk: Desk, kept_out: str) -> None:
    account_id = waiting(desk, kept_out)

    typed = send(admin, f"/accounts/{account_id}/password", "secret", secret="novoe-leto-43")
    gone = admin.send(f"/accounts/{account_id}/delete")

    assert typed.headers["Location"].startswith("/runs/")
    assert (gone.status_code, gone.headers["Location"]) == (303, "/accounts")


def forms(text: str) -> list[dict[str, str]]:
    paper = Paper()
    paper.feed(text)
    return paper.forms
