"""Lists of letters: newest first, a page at a time, by indexes alone."""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from tests.storage.letters import folder_row, stored
from tests.storage.makers import person
from tests.storage.rows import NOON, account_row
from webapp.storage.letter_pages import Cursor, LetterPage, Neighbours, Wanted, cursor_from, neighbours, page
from webapp.storage.letters import Flags, vanished
from webapp.storage.models import Folder, FolderRole, Letter, User

ALL = Wanted()


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def inbox(session: Session, anna: User) -> Folder:
    return folder_row(session, account_row(session, anna))


@pytest.fixture
def seven(session: Session, inbox: Folder) -> Folder:
    """Return a folder of seven letters."""
    for number in range(1, 8):
        stored(session, inbox, number)
    return inbox


def numbers(shown: LetterPage) -> list[int | None]:
    return [letter.uid for letter in shown.letters]


def test_pages_go_down_and_up_again(session: Session, anna: User, seven: Folder) -> None:
    wanted = Wanted(folder_id=seven.id)
    first = page(session, anna, wanted, limit=3)
    second = page(session, anna, wanted, first.older, limit=3)
    last = page(session, anna, wanted, second.older, limit=3)

    assert [numbers(shown) for shown in (first, second, last)] == [[7, 6, 5], [4, 3, 2], [1]]
    assert (first.newer, last.older) == (None, None)
    assert numbers(page(session, anna, wanted, last.newer, limit=3)) == [4, 3, 2]
    assert page(session, anna, wanted, second.newer, limit=3) == first


def test_a_full_last_page_has_nothing_after_it(session: Session, anna: User, seven: Folder) -> None:
    assert page(session, anna, ALL, limit=7).older is None


def test_letters_of_one_moment_are_all_shown(session: Session, anna: User, inbox: Folder) -> None:
    for number in range(1, 6):
        stored(session, inbox, number, at=NOON)

    first = page(session, anna, ALL, limit=2)
    second = page(session, anna, ALL, first.older, limit=2)

    assert [numbers(shown) for shown in (first, second)] == [[5, 4], [3, 2]]


def test_new_letters_do_not_move_the_older_pages(session: Session, anna: User, seven: Folder) -> None:
    first = page(session, anna, ALL, limit=3)

    stored(session, seven, 8)

    assert numbers(page(session, anna, ALL, first.older, limit=3)) == [4, 3, 2]


def test_a_page_that_is_empty_by_now_is_the_first(session: Session, anna: User, seven: Folder) -> None:
    older = page(session, anna, ALL, limit=5).older

    vanished(session, seven, [1, 2])

    assert numbers(page(session, anna, ALL, older, limit=5)) == [7, 6, 5, 4, 3]


def test_lists_are_of_one_folder_one_account_or_everything(session: Session, anna: User, inbox: Folder) -> None:
    archive = folder_row(session, inbox.account, "Archive", FolderRole.ARCHIVE)
    shared = folder_row(session, account_row(session, address="office@uspeh.test"))
    stored(session, inbox, 1)
    stored(session, archive, 2)
    stored(session, shared, 3)

    assert numbers(page(session, anna, ALL)) == [3, 2, 1]
    assert numbers(page(session, anna, Wanted(account_id=inbox.account_id))) == [2, 1]
    assert numbers(page(session, anna, Wanted(folder_id=archive.id))) == [2]
    assert numbers(page(session, anna, Wanted(account_id=shared.account_id, folder_id=archive.id))) == []


@pytest.mark.parametrize("role", [FolderRole.TRASH, FolderRole.JUNK])
def test_what_is_aside_is_in_no_list_but_its_own(session: Session, anna: User, inbox: Folder, role: FolderRole) -> None:
    aside = folder_row(session, inbox.account, "Aside", role)
    stored(session, aside, 1)
    stored(session, inbox, 2)

    assert numbers(page(session, anna, ALL)) == [2]
    assert numbers(page(session, anna, Wanted(account_id=inbox.account_id))) == [2]
    assert numbers(page(session, anna, Wanted(folder_id=aside.id))) == [1]


def test_a_list_of_what_is_unread(session: Session, anna: User, inbox: Folder) -> None:
    for number in (1, 2, 3):
        stored(session, inbox, number, flags=Flags(seen=number == 2))

    assert numbers(page(session, anna, Wanted(unread=True))) == [3, 1]
    assert numbers(page(session, anna, Wanted(unread=True, folder_id=inbox.id))) == [3, 1]


def test_nobody_lists_letters_that_are_somebody_elses(session: Session, seven: Folder) -> None:
    boris, letter = person(session, "boris"), stored(session, seven, 8)

    for wanted in (ALL, Wanted(account_id=seven.account_id), Wanted(folder_id=seven.id)):
        assert page(session, boris, wanted) == LetterPage(())
        assert neighbours(session, boris, wanted, letter) == Neighbours(None, None)


def test_a_letter_has_neighbours_in_its_list(session: Session, anna: User, seven: Folder) -> None:
    letters = page(session, anna, ALL).letters

    beside = [neighbours(session, anna, ALL, letter) for letter in letters]

    ids = [letter.id for letter in letters]
    assert beside[0] == Neighbours(None, ids[1])
    assert beside[3] == Neighbours(ids[2], ids[4])
    assert beside[6] == Neighbours(ids[5], None)


def test_a_letter_just_read_keeps_its_neighbours_among_the_unread(session: Session, anna: User, seven: Folder) -> None:
    letters = page(session, anna, ALL).letters
    letters[3].seen = True

    beside = neighbours(session, anna, Wanted(unread=True), letters[3])

    assert beside == Neighbours(letters[2].id, letters[4].id)


def test_a_cursor_fits_a_url() -> None:
    for cursor in (
        Cursor(NOON, 7),
        Cursor(datetime(1907, 1, 1, tzinfo=UTC), 7),
        Cursor(NOON + timedelta(microseconds=1), 10**12, newer=True),
    ):
        assert cursor_from(str(cursor)) == cursor
        assert str(cursor).replace("-", "").isalnum()


@pytest.mark.parametrize(
    "rubbish", [None, "", "o", "o-", "-", "x1-1", "o1", "oa-b", "o" + "9" * 40 + "-1", "n1-" + "9" * 40]
)
def test_a_cursor_that_is_none_shows_the_first_page(
    session: Session, anna: User, seven: Folder, rubbish: str | None
) -> None:
    assert numbers(page(session, anna, ALL, cursor_from(rubbish), limit=2)) == [7, 6]


def test_a_page_takes_the_same_number_of_questions_however_long(session: Session, anna: User) -> None:
    questions: list[str] = []

    def asked_for(limit: int) -> int:
        session.expire_all()
        session.refresh(anna)
        questions.clear()
        for letter in page(session, anna, ALL, limit=limit).letters:
            assert letter.account.address
            assert letter.folder.name
        return len(questions)

    for number in range(1, 7):
        stored(session, folder_row(session, account_row(session, anna, f"{number}@uspeh.test")), number)
    event.listen(session.connection(), "before_cursor_execute", lambda *asked: questions.append(asked[2]))

    assert asked_for(1) == asked_for(6) == 1


# What SQLite does is told by itself.


def steps_of(session: Session, user: User) -> int:
    """Return how much SQLite does for a page of everything, in hundreds of its own instructions."""
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    steps: list[None] = []
    driver.set_progress_handler(lambda: steps.append(None), 100)
    page(session, user, ALL, limit=5)
    driver.set_progress_handler(None, 0)
    return len(steps)


def lay_letters(session: Session, folder: Folder, numbers: Iterable[int]) -> None:
    common = {"account_id": folder.account_id, "folder_id": folder.id, "size": 1}
    moments = ({"uid": number, "received_at": NOON + timedelta(minutes=number)} for number in numbers)
    session.execute(insert(Letter), [common | moment for moment in moments])


def test_a_page_of_several_accounts_costs_the_same_however_many_letters_they_have(
    session: Session, anna: User, inbox: Folder
) -> None:
    """Each account gives its newest, and SQLite ends with an account when what it gives is too old."""
    folders = [inbox, folder_row(session, account_row(session, anna, "zakaz@uspeh.test"))]
    for folder in folders:
        lay_letters(session, folder, range(1, 31))
    few = steps_of(session, anna)

    for folder in folders:
        lay_letters(session, folder, range(31, 1031))

    assert steps_of(session, anna) <= few + 2


def plan_of(session: Session, user: User, wanted: Wanted, cursor: Cursor | None = None) -> str:
    """Return how SQLite answers the question for a page."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    page(session, user, wanted, cursor)
    event.remove(connection, "before_cursor_execute", note)
    statement, parameters = next(one for one in asked if "FROM letters" in one[0])
    steps: Sequence[Any] = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return "\n".join(step.detail for step in steps)


@pytest.mark.parametrize("cursor", [None, Cursor(NOON, 3), Cursor(NOON, 3, newer=True)])
@pytest.mark.parametrize("words", ["", "счёт"])
@pytest.mark.parametrize("unread", [False, True])
@pytest.mark.parametrize("scope", ["folder", "account"])
def test_a_page_is_read_from_an_index_in_its_order(
    session: Session, anna: User, seven: Folder, cursor: Cursor | None, words: str, unread: bool, scope: str
) -> None:
    where = {"folder_id": seven.id} if scope == "folder" else {"account_id": seven.account_id}

    plan = plan_of(session, anna, Wanted(unread=unread, words=words, **where), cursor)

    index = f"ix_letters_{scope}_{'unread' if unread else 'received'}"
    narrowed = f"({scope}_id=?)" if cursor is None else f"({scope}_id=? AND received_at{'>' if cursor.newer else '<'}?)"
    assert re.search(rf"SEARCH letters USING (COVERING )?INDEX {index} {re.escape(narrowed)}", plan)
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("words", ["", "счёт"])
def test_a_page_of_several_accounts_is_read_from_the_index_of_each(
    session: Session, anna: User, seven: Folder, words: str
) -> None:
    for number in range(30):
        folder_row(session, account_row(session, anna, f"{number}@uspeh.test"))

    plan = plan_of(session, anna, Wanted(words=words))

    assert re.search(r"SEARCH letters USING (COVERING )?INDEX ix_letters_account_received \(account_id=\?\)", plan)
