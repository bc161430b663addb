"""The journal only grows, everybody reads their own part, administrators all."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.storage.makers import person
from tests.storage.rows import account_row
from webapp.storage import journal
from webapp.storage.journal import JournalQuery, actors, export, read, record
from webapp.storage.models import Action, JournalEntry, User

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def admin(session: Session) -> User:
    return person(session, "admin", is_admin=True)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def boris(session: Session) -> User:
    return person(session, "boris")


def subjects(session: Session, user: User, query: JournalQuery | None = None) -> list[str]:
    """Return what the lines are about that the user sees."""
    return [entry.subject for entry in read(session, user, query or JournalQuery()).rows]


def test_a_line_tells_who_did_what_to_whose(session: Session, admin: User, anna: User) -> None:
    account = account_row(session, anna)

    record(session, Action.ACCOUNT_CHANGED, by=admin, account=account, details=[("title", "Почта")])
    session.commit()

    line = session.scalars(select(JournalEntry)).one()
    assert (line.action, line.user_id, line.user_name) == (Action.ACCOUNT_CHANGED, admin.id, "admin")
    assert (line.account_id, line.subject, line.owner_id) == (account.id, "anna@uspeh.test", anna.id)
    assert line.details == (("title", "Почта"),)
    assert line.at.tzinfo is UTC


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET subject = 'nobody'",
        "UPDATE journal SET user_id = NULL WHERE id = 1",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE id = 1",
        "INSERT OR REPLACE INTO journal (id, at, action, user_name, subject, details, search_key) "
        "SELECT id, at, action, user_name, 'nobody', details, search_key FROM journal",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_line(session: Session, admin: User, statement: str) -> None:
    record(session, Action.USER_ADDED, by=admin, subject="Анна")
    session.commit()

    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(statement))
    session.rollback()

    assert subjects(session, admin) == ["Анна"]


def test_a_line_outlives_its_account(session: Session, admin: User, anna: User) -> None:
    account = account_row(session, anna)
    record(session, Action.ACCOUNT_REMOVED, by=admin, account=account)
    session.delete(account)
    session.commit()

    assert subjects(session, admin) == subjects(session, anna) == ["anna@uspeh.test"]


def test_people_see_what_they_did_and_what_is_theirs(session: Session, admin: User, anna: User, boris: User) -> None:
    record(session, Action.ACCOUNT_CHANGED, by=admin, account=account_row(session, anna, "annas@uspeh.test"))
    record(session, Action.ACCOUNT_CHECKED, by=anna, account=account_row(session, None, "office@uspeh.test"))
    record(session, Action.ACCOUNT_CHECKED, by=boris, account=account_row(session, boris, "boris@uspeh.test"))
    record(session, Action.NETWORK_CHANGED, by=admin)
    record(session, Action.USER_CHANGED, by=admin, subject="Анна", owner_id=anna.id)

    assert subjects(session, anna) == ["Анна", "office@uspeh.test", "annas@uspeh.test"]
    assert subjects(session, boris) == ["boris@uspeh.test"]
    assert len(subjects(session, admin)) == 5


def test_nobody_sees_the_programs_own_lines_but_administrators(session: Session, admin: User, anna: User) -> None:
    record(session, Action.USER_ADDED, by=None, subject="кто-то")

    assert subjects(session, anna) == []
    assert subjects(session, admin) == ["кто-то"]


@pytest.mark.parametrize("typed", ["ФЁДОР", "федор", "федор почта", "ПОЧТА", "  Фёдор "])
def test_a_search_knows_no_case_and_no_yo(session: Session, admin: User, typed: str) -> None:
    record(session, Action.ACCOUNT_CHANGED, by=admin, subject="Фёдор", details=[("title", "Почта")])
    record(session, Action.ACCOUNT_CHANGED, by=admin, subject="Анна")

    assert subjects(session, admin, JournalQuery(q=typed)) == ["Фёдор"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "a%b"])
def test_signs_of_sql_are_searched_for_as_they_are(session: Session, admin: User, typed: str) -> None:
    record(session, Action.USER_ADDED, by=admin, subject="axxb")
    record(session, Action.USER_ADDED, by=admin, subject=f"here: {typed}")

    assert subjects(session, admin, JournalQuery(q=typed)) == [f"here: {typed}"]


def test_lines_are_narrowed_by_action_person_and_time(session: Session, admin: User, anna: User) -> None:
    for hours, action, by in (
        (0, Action.USER_ADDED, admin),
        (1, Action.ACCOUNT_ADDED, anna),
        (2, Action.USER_ADDED, anna),
    ):
        line = JournalEntry(at=NOON + timedelta(hours=hours), action=action, user_id=by.id, subject=str(hours))
        session.add(line)
    session.flush()

    def found(**wanted: object) -> list[str]:
        return subjects(session, admin, JournalQuery(**wanted))  # type: ignore[arg-type]

    assert found(action=Action.USER_ADDED) == ["2", "0"]
    assert found(user_id=anna.id) == ["2", "1"]
    assert found(since=NOON + timedelta(hours=1)) == ["2", "1"]
    assert found(until=NOON + timedelta(hours=1)) == ["0"]
    assert found(since=NOON, until=NOON + timedelta(hours=2), user_id=anna.id) == ["1"]


def test_pages_hold_the_newest_first_and_the_last_one_the_rest(session: Session, admin: User) -> None:
    for number in range(7):
        record(session, Action.USER_ADDED, by=admin, subject=str(number))

    first, last, beyond, before = (read(session, admin, JournalQuery(page=page, per_page=3)) for page in (1, 3, 9, -1))

    assert [line.subject for line in first.rows] == ["6", "5", "4"]
    assert [line.subject for line in last.rows] == ["0"]
    assert (last.total, last.pages, last.first, last.last) == (7, 3, 7, 7)
    assert (beyond.page, before.page) == (3, 1)


def test_reading_takes_two_queries_whatever_the_number_of_lines(session: Session, admin: User, anna: User) -> None:
    for number in range(60):
        record(session, Action.USER_ADDED, by=(admin, anna)[number % 2], subject=str(number))
    session.commit()
    _ = admin.id
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))

    rows = read(session, admin, JournalQuery()).rows

    assert [row.user_name for row in rows]
    assert len(statements) == 2


def test_an_export_yields_every_line_in_portions(
    session: Session, admin: User, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PORTION", 4)
    for number in range(11):
        record(session, Action.USER_ADDED, by=(admin, anna)[number % 2], subject=str(number))
    session.commit()

    assert [line.subject for line in export(session, admin, JournalQuery())] == [str(n) for n in range(10, -1, -1)]
    assert [line.subject for line in export(session, anna, JournalQuery())] == ["9", "7", "5", "3", "1"]
    assert [line.subject for line in export(session, admin, JournalQuery(q="1"))] == ["10", "1"]


def test_an_export_of_a_portion_exactly_ends(session: Session, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "PORTION", 2)
    for number in range(4):
        record(session, Action.USER_ADDED, by=admin, subject=str(number))

    assert len(list(export(session, admin, JournalQuery()))) == 4


def test_the_filter_offers_the_people_of_the_lines_one_sees(
    session: Session, admin: User, anna: User, boris: User
) -> None:
    record(session, Action.USER_ADDED, by=admin)
    record(session, Action.ACCOUNT_CHANGED, by=admin, account=account_row(session, anna))
    record(session, Action.ACCOUNT_CHECKED, by=boris, account=account_row(session, boris, "boris@uspeh.test"))

    assert actors(session, admin) == ((admin.id, "admin"), (boris.id, "boris"))
    assert actors(session, anna) == ((admin.id, "admin"),)


def test_long_words_are_cut_not_refused(session: Session, admin: User) -> None:
    record(session, Action.ACCOUNT_CHANGED, by=admin, subject="x" * 1000, details=[("signature", "щ" * 5000)])
    session.commit()

    line = session.scalars(select(JournalEntry)).one()
    assert (len(line.subject), len(line.details[0][1])) == (320, 300)
    assert len(line.search_key) <= 700
