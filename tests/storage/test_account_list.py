"""The administrators' list: what it shows, in which order, narrowed how, page by page."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from tests.storage.makers import person
from tests.storage.rows import NOON, account_row
from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.account_list import ListQuery, ListRow, SortKey, Use, list_accounts
from webapp.storage.folding import fold
from webapp.storage.models import Account, AccountKind, AccountState, Traffic, User

ALL = ListQuery(personal=True, inactive=True)


@pytest.fixture(autouse=True)
def empty(session: Session) -> None:
    """Begin without the system account, where the test does not make its own."""
    session.execute(delete(Account))


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def gone(session: Session) -> User:
    """Return a disabled person."""
    user = person(session, "gone")
    user.disabled = True
    return user


def listed(session: Session, title: str, owner: User | None = None, **more: Any) -> Account:
    """Return an account of a title, with its keys."""
    sender, address = more.pop("sender_name", "Успех"), more.pop("address", f"{fold(title).replace(' ', '.')}@x.test")
    keys = {"title_key": fold(title), "sender_key": fold(sender), "search_key": fold(f"{title} {sender} {address}")}
    return account_row(session, owner, address, title=title, sender_name=sender, **(keys | more))


def titles(rows: Iterable[ListRow]) -> list[str]:
    return [row.title for row in rows]


def found(session: Session, **wanted: Any) -> list[str]:
    """Return the titles of the first page."""
    return titles(list_accounts(session, replace(ALL, **wanted)).rows)


def test_a_row_tells_what_the_list_shows(session: Session, anna: User) -> None:
    account = listed(session, "Почта", anna, automatic=True, for_receiving=False, checked_at=NOON, address="a@x.test")

    (row,) = list_accounts(session, ALL).rows

    assert row == ListRow(
        id=account.id,
        title="Почта",
        sender_name="Успех",
        address="a@x.test",
        kind=AccountKind.MAIL,
        is_system=False,
        owner_id=anna.id,
        owner_name="anna",
        owner_disabled=False,
        for_sending=True,
        for_receiving=False,
        automatic=True,
        state=AccountState.WORKS,
        checked_at=NOON,
        proved_at=NOON,
    )


def test_titles_sort_as_a_dictionary_does_either_way(session: Session) -> None:
    for title in ("Яблоко", "ёлка", "Ель", "анна", "Ежов"):
        listed(session, title)

    assert found(session) == ["анна", "Ежов", "ёлка", "Ель", "Яблоко"]
    assert found(session, descending=True) == ["Яблоко", "Ель", "ёлка", "Ежов", "анна"]


@pytest.mark.parametrize("sort", list(SortKey))
@pytest.mark.parametrize("descending", [False, True])
def test_the_system_account_comes_first_in_every_order(session: Session, sort: SortKey, descending: bool) -> None:
    listed(session, "А", address="a@x.test")
    listed(session, "", address="", is_system=True, address_key="system", proved_at=None)
    listed(session, "Я", address="z@x.test", checked_at=NOON)

    assert found(session, sort=sort, descending=descending)[0] == ""


def test_every_column_sorts(session: Session, anna: User) -> None:
    yana = person(session, "yana")
    yana.display_name = "Ёкатерина"
    listed(session, "1", anna, sender_name="Яна", address="b@x.test", checked_at=NOON)
    listed(session, "2", yana, sender_name="анна", address="c@x.test", checked_at=NOON + timedelta(days=1), frozen=True)
    listed(session, "3", None, sender_name="Ёж", address="a@x.test", login_refused=True)

    assert found(session, sort=SortKey.SENDER) == ["2", "3", "1"]
    assert found(session, sort=SortKey.ADDRESS) == ["3", "1", "2"]
    assert found(session, sort=SortKey.FOR_WHOM) == ["3", "1", "2"]
    assert found(session, sort=SortKey.STATE) == ["2", "3", "1"]
    assert found(session, sort=SortKey.CHECKED, descending=True)[:2] == ["2", "1"]


def test_own_and_common_accounts_are_shown_and_those_of_others_on_demand(
    session: Session, anna: User, gone: User
) -> None:
    boris = person(session, "boris")
    for title, owner in (("anna", anna), ("boris", boris), ("gone", gone), ("office", None)):
        listed(session, title, owner)

    assert found(session, personal=False, viewer_id=anna.id) == ["anna", "office"]
    assert found(session, personal=False, inactive=True) == ["office"]
    assert found(session, inactive=False) == ["anna", "boris", "office"]
    assert found(session) == ["anna", "boris", "gone", "office"]
    (row,) = list_accounts(session, replace(ALL, q="gone")).rows
    assert row.owner_disabled


@pytest.mark.parametrize("typed", ["ПОЧТА", "петрова", "фед", "федор почта", "USPEH.TEST", "Ёлкин"])
def test_a_search_looks_at_title_sender_address_and_owner(session: Session, anna: User, typed: str) -> None:
    anna.display_name = "Анна Елкин"
    listed(session, "Почта Фёдора", anna, sender_name="Анна Петрова", address="fedor@uspeh.test")
    listed(session, "Другая")

    assert found(session, q=typed) == ["Почта Фёдора"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "100%"])
def test_signs_of_sql_are_searched_for_as_they_are(session: Session, typed: str) -> None:
    listed(session, f"вот {typed} он", address="a@x.test")
    listed(session, "Другая 1000")

    assert found(session, q=typed) == [f"вот {typed} он"]


def test_states_narrow_as_they_are_told(session: Session) -> None:
    kinds = {
        AccountState.WORKS: {},
        AccountState.FROZEN: {"frozen": True},
        AccountState.LOCKED: {"locked": True},
        AccountState.LOGIN_REFUSED: {"login_refused": True},
        AccountState.NEEDS_PASSWORD: {"remember_password": False},
        AccountState.WAITING: {},
        AccountState.NOT_SET_UP: {"proved_at": None, "is_system": True},
    }
    for state, fields in kinds.items():
        account = listed(session, state.value, **fields)
        if state is AccountState.WAITING:
            trouble = Problem(ProblemKind.CONNECTION_REFUSED)
            session.add(Traffic(account_id=account.id, direction=Direction.INCOMING, trouble=trouble))
    session.flush()

    assert {state: found(session, state=state) for state in AccountState} == {s: [s.value] for s in AccountState}


def test_news_accounts_need_no_password(session: Session) -> None:
    listed(session, "новости", kind=AccountKind.NEWS, remember_password=False)

    assert found(session, state=AccountState.WORKS) == ["новости"]


def test_uses_narrow(session: Session) -> None:
    listed(session, "both", automatic=True)
    listed(session, "sends", for_receiving=False)
    listed(session, "receives", for_sending=False)
    listed(session, "idle", for_sending=False, for_receiving=False)

    assert found(session, use=Use.SENDING) == ["both", "sends"]
    assert found(session, use=Use.RECEIVING) == ["both", "receives"]
    assert found(session, use=Use.AUTOMATIC) == ["both"]
    assert found(session, use=Use.NONE) == ["idle"]


def test_pages_have_ends(session: Session) -> None:
    for number in range(7):
        listed(session, str(number))

    pages = [list_accounts(session, replace(ALL, page=page, per_page=3)) for page in (1, 3, 99, 0)]

    assert [titles(page.rows) for page in pages] == [["0", "1", "2"], ["6"], ["6"], ["0", "1", "2"]]
    assert [(page.page, page.pages, page.total) for page in pages[1:3]] == [(3, 3, 7)] * 2


def test_a_page_of_nothing_is_the_first_of_one(session: Session) -> None:
    page = list_accounts(session, ALL)

    assert (page.rows, page.total, page.page, page.pages, page.first, page.last) == ((), 0, 1, 1, 0, 0)


@pytest.mark.parametrize("number", [1, 40])
def test_the_list_takes_two_queries_whatever_the_number_of_rows(session: Session, anna: User, number: int) -> None:
    for each in range(number):
        listed(session, str(each), (anna, None)[each % 2])
    session.commit()
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))

    assert list_accounts(session, replace(ALL, q="успех", state=AccountState.WORKS, use=Use.SENDING)).total == number

    assert len(statements) == 2
