"""The list of outgoing servers: who sees which, the default one, removing one nobody uses."""

import pytest
from sqlalchemy import event

from tests.web.desk import Desk, database
from tests.web.visitor import Visitor, shown
from webapp.storage.models import Account, OutgoingServer
from webapp.web.extensions import db


def server_of(desk: Desk, account: int) -> int:
    with database(desk.app) as session:
        found = session.get_one(Account, account).outgoing_id
        assert found is not None
        return found


def spare(desk: Desk, *, for_everyone: bool = False, host: str = "spare.uspeh.test") -> int:
    """Lay down a server no account uses."""
    with database(desk.app) as session:
        used = session.query(OutgoingServer).first()
        assert used is not None
        settings = used.settings()
        server = OutgoingServer(protocol=settings.protocol, host=host, port=465, security=settings.security)
        server.auth_method, server.username, server.proved_at = settings.auth_methods[0], "anna", used.proved_at
        server.owner_id = None if for_everyone else desk.user_id
        session.add(server)
        session.commit()
        return server.id


def test_each_server_is_listed_with_who_sends_by_it(admin: Visitor, desk: Desk) -> None:
    first = desk.account(title="Рабочая")
    desk.account("vera@uspeh.test", title="Вера", shares_outgoing_of=first)

    page = admin.open("/outgoing-servers")

    assert page.text.count("smtp.uspeh.test:465") == 1
    assert "Вера , Рабочая" in shown(page)


def test_the_default_can_be_another(admin: Visitor, desk: Desk) -> None:
    desk.account()
    other = spare(desk)

    answer = admin.send(f"/outgoing-servers/{other}/default", page="/outgoing-servers")

    assert answer.location == "/outgoing-servers"
    with database(desk.app) as session:
        assert session.get_one(OutgoingServer, other).is_default


def test_a_server_in_use_is_not_deleted_and_its_users_are_named(admin: Visitor, desk: Desk) -> None:
    account = desk.account(title="Рабочая")
    server = server_of(desk, account)
    asked = admin.open(f"/outgoing-servers/{server}/delete")
    assert "Сервер используется, удалить его нельзя" in shown(asked)
    assert f'href="/accounts/{account}"' in asked.text

    answer = admin.send(f"/outgoing-servers/{server}/delete", page="/accounts/new")

    assert answer.status_code == 422
    assert "Рабочая" in shown(answer)
    assert server_of(desk, account) == server


def test_a_server_nobody_uses_is_deleted_after_one_question(admin: Visitor, desk: Desk) -> None:
    desk.account()
    server = spare(desk)
    assert "Удалить сервер исходящей почты spare.uspeh.test?" in shown(admin.open(f"/outgoing-servers/{server}/delete"))

    answer = admin.send(f"/outgoing-servers/{server}/delete")

    assert answer.location == "/outgoing-servers"
    assert "Сервер исходящей почты spare.uspeh.test удалён." in shown(admin.open("/outgoing-servers"))
    with database(desk.app) as session:
        assert session.get(OutgoingServer, server) is None


def test_a_colleague_sees_the_servers_for_everyone_and_changes_none(colleague: Visitor, desk: Desk) -> None:
    desk.account("office@uspeh.test", for_everyone=True)
    server = spare(desk, for_everyone=True)

    page = colleague.open("/outgoing-servers")

    assert "spare.uspeh.test" in page.text
    assert "меняют администраторы" in shown(page)
    assert colleague.open(f"/outgoing-servers/{server}/delete").status_code == 403
    for path in ("delete", "default"):
        assert colleague.send(f"/outgoing-servers/{server}/{path}", page="/accounts/new").status_code == 403


@pytest.mark.parametrize("path", ["delete", "default"])
def test_personal_servers_of_others_are_never_seen(colleague: Visitor, desk: Desk, path: str) -> None:
    server = server_of(desk, desk.account())

    assert "smtp.uspeh.test" not in colleague.open("/outgoing-servers").text
    assert colleague.send(f"/outgoing-servers/{server}/{path}", page="/accounts/new").status_code == 404


def test_an_administrator_does_not_see_them_either(admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    server = server_of(desk, desk.account("boris@uspeh.test", owner=colleague.user_id))

    assert "smtp.uspeh.test" not in admin.open("/outgoing-servers").text
    assert admin.open(f"/outgoing-servers/{server}/delete").status_code == 404


def test_the_list_is_searched_and_says_when_nothing_fits(admin: Visitor, desk: Desk) -> None:
    desk.account()
    spare(desk)

    found, nothing = admin.open("/outgoing-servers?q=SPARE"), admin.open("/outgoing-servers?q=zzz")

    assert "spare.uspeh.test" in found.text
    assert "smtp.uspeh.test" not in found.text
    assert "Такого сервера исходящей почты нет." in shown(nothing)
    assert 'value="zzz"' in nothing.text


def test_a_long_list_comes_page_by_page(admin: Visitor, desk: Desk) -> None:
    desk.account()
    for number in range(60):
        spare(desk, host=f"spare{number}.uspeh.test")

    first, second = admin.open("/outgoing-servers"), admin.open("/outgoing-servers?page=2")

    assert "1–50 из 61" in shown(first)
    assert "51–61 из 61" in shown(second)


def test_an_empty_list_says_where_the_first_comes_from(admin: Visitor) -> None:
    assert "Серверов исходящей почты пока нет" in shown(admin.open("/outgoing-servers"))


@pytest.mark.parametrize("path", ["", "/1/delete", "/suggestion"])
def test_who_has_not_signed_in_is_led_to_the_door(visitor: Visitor, admin: Visitor, path: str) -> None:
    assert "/sign-in" in visitor.open(f"/outgoing-servers{path}").location


def test_the_number_of_queries_does_not_grow_with_the_list(admin: Visitor, desk: Desk) -> None:
    desk.account()
    few = queries(admin, desk)
    for number in range(5):
        desk.account(f"n{number}@uspeh.test", for_everyone=True)

    assert queries(admin, desk) == few


def test_nor_with_the_accounts_that_send_by_one_server(admin: Visitor, desk: Desk) -> None:
    first = desk.account()
    few = queries(admin, desk)
    for number in range(5):
        desk.account(f"n{number}@uspeh.test", shares_outgoing_of=first)

    assert queries(admin, desk) == few


def queries(admin: Visitor, desk: Desk) -> int:
    """Return how many statements the list takes."""
    counted: list[str] = []
    with desk.app.app_context():
        engine = db.engine

        def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            counted.append(statement)

        event.listen(engine, "before_cursor_execute", count)
        admin.open("/outgoing-servers")
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)
