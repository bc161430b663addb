"""The journal: who reads which part of it, in which words, and as a table to take away."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.web.administration.office import count_statements
from tests.web.visitor import Visitor, shown
from webapp.storage.journal import record
from webapp.storage.models import Action, JournalEntry, User
from webapp.web.extensions import db
from webapp.web.journal.export import harmless


def note(
    app: Flask,
    visitor: Visitor | None,
    action: Action,
    subject: str,
    *details: tuple[str, str],
    owner: Visitor | None = None,
) -> None:
    """Write a line as something the person did, or the program itself."""
    with app.app_context():
        session = db.session()
        by = session.get_one(User, visitor.user_id) if visitor else None
        owner_id = owner.user_id if owner else None
        record(session, action, by=by, subject=subject, owner_id=owner_id, details=details)
        session.commit()


def table(visitor: Visitor, query: str = "") -> list[list[str]]:
    """Return the exported rows."""
    answer = visitor.open(f"/journal/export{query}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def subjects(rows: Sequence[Sequence[str]]) -> list[str]:
    return [row[3] for row in rows[1:]]


def test_a_line_says_who_what_about_whom_and_what_is_new(app: Flask, admin: Visitor) -> None:
    note(app, admin, Action.ACCOUNT_CHANGED, "sklad@uspeh.test", ("security", "starttls"), ("automatic", "yes"))

    page = shown(admin.open("/journal"))

    assert "Анна Петрова Учётная запись изменена sklad@uspeh.test" in page
    assert "Защита соединения: STARTTLS" in page
    assert "Получать и отправлять автоматически: да" in page


def test_the_program_has_a_name_too(app: Flask, admin: Visitor) -> None:
    note(app, None, Action.ACCOUNT_LOCKED, "boris@uspeh.test")

    assert "Сам Mailroom Учётная запись заблокирована" in shown(admin.open("/journal"))


def test_people_read_what_they_did_and_what_is_theirs(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    note(app, colleague, Action.ACCOUNT_CHECKED, "did@uspeh.test")
    note(app, admin, Action.ACCOUNT_REMOVED, "his@uspeh.test", owner=colleague)
    note(app, admin, Action.ACCOUNT_CHANGED, "other@uspeh.test")

    mine, everything = shown(colleague.open("/journal")), shown(admin.open("/journal"))

    assert "did@uspeh.test" in mine
    assert "his@uspeh.test" in mine
    assert "other@uspeh.test" not in mine
    assert "other@uspeh.test" in everything
    assert subjects(table(colleague)) == ["his@uspeh.test", "did@uspeh.test"]
    assert len(subjects(table(admin))) == 3


def test_the_filter_narrows_page_and_table_alike(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    note(app, admin, Action.ACCOUNT_CHANGED, "sklad@uspeh.test")
    note(app, admin, Action.ACCOUNT_CHECKED, "sklad@uspeh.test")
    note(app, colleague, Action.ACCOUNT_CHECKED, "boris@uspeh.test")
    wanted = {
        "?q=SKLAD": 2,
        "?action=account-checked": 2,
        f"?who={colleague.user_id}": 1,
        f"?q=sklad&action=account-checked&who={admin.user_id}": 1,
        "?since=2999-01-01": 0,
        "?until=2020-01-01": 0,
        "?q=nothing+like+it": 0,
    }

    for query, count in wanted.items():
        page = shown(admin.open(f"/journal{query}"))
        assert len(table(admin, query)) == count + 1, query
        assert (f"из {count}" in page) or (count == 0 and "Под фильтр ничего не подходит." in page), query


def test_both_days_count_in(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        for day in (1, 2, 3):
            moment = datetime(2026, 3, day, 23, 59, 59, tzinfo=UTC)
            db.session.add(JournalEntry(action=Action.NETWORK_CHANGED, subject=f"day {day}", at=moment))
        db.session.commit()

    assert subjects(table(admin, "?since=2026-03-02&until=2026-03-02")) == ["day 2"]
    assert subjects(table(admin, "?since=2026-03-02")) == ["day 3", "day 2"]


@pytest.mark.parametrize(
    "query",
    [
        "?action=fly",
        "?who=x",
        "?who=9999999999999",
        "?since=yesterday",
        "?until=9999-12-31",
        "?page=x",
        "?q=%25",
        "?q=%00",
        "?since=%00",
        "?action=%00",
    ],
)
def test_a_filter_that_cannot_be_read_breaks_nothing(app: Flask, admin: Visitor, query: str) -> None:
    note(app, admin, Action.NETWORK_CHANGED, "")

    assert admin.open(f"/journal{query}").status_code == 200
    assert admin.open(f"/journal/export{query}").status_code == 200


@pytest.mark.parametrize("name", ["endpoint", "_external", "_scheme", "_method", "_anchor", "self"])
def test_an_address_cannot_meddle_with_the_links_of_the_page(app: Flask, admin: Visitor, name: str) -> None:
    many(app, 51)

    page = admin.open(f"/journal?{name}=x")

    assert page.status_code == 200
    assert f'href="/journal?{name}=x&amp;page=2"' in page.text


def many(app: Flask, count: int) -> None:
    """Write so many lines."""
    with app.app_context():
        for number in range(count):
            record(db.session(), Action.ACCOUNT_CHECKED, by=None, subject=f"box{number:02}@uspeh.test")
        db.session.commit()


def test_the_journal_comes_page_by_page(app: Flask, admin: Visitor) -> None:
    many(app, 55)

    first, second = shown(admin.open("/journal")), shown(admin.open("/journal?page=2"))

    assert "1–50 из 55" in first
    assert "box54@uspeh.test" in first
    assert "box00@uspeh.test" in second
    assert len(table(admin)) == 56


def test_a_full_page_asks_the_database_as_often_as_a_short_one(app: Flask, admin: Visitor) -> None:
    many(app, 1)
    admin.open("/journal")
    few = count_statements(app, admin, "/journal")
    many(app, 60)

    assert count_statements(app, admin, "/journal") == few


def test_the_table_opens_in_excel(app: Flask, admin: Visitor) -> None:
    note(app, admin, Action.ACCOUNT_CHANGED, "sklad@uspeh.test", ("title", 'Склад; "второй"'))

    answer = admin.open("/journal/export")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    rows = table(admin)
    assert rows[0] == ["Когда (UTC)", "Кто", "Что", "О чём", "Подробности"]
    assert rows[1][1:] == [
        "Анна Петрова",
        "Учётная запись изменена",
        "sklad@uspeh.test",
        'Наименование: Склад; "второй"',
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+7", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1", "＝1"])
def test_a_cell_that_could_be_a_formula_is_text(app: Flask, admin: Visitor, cell: str) -> None:
    note(app, admin, Action.ACCOUNT_REMOVED, cell)

    assert harmless(cell) == f"'{cell}"
    assert table(admin)[1][3].startswith("'")


def test_a_formula_is_text_whatever_the_reader_takes_for_the_separator() -> None:
    assert harmless("Склад,=1+1;@SUM(A1)\n-7") == "Склад,'=1+1;'@SUM(A1)\n'-7"


def test_an_ordinary_cell_stays_as_it_is() -> None:
    for cell in ("sklad@uspeh.test", "2026-11-22 07:00:00", "Порт: 993; Защита соединения: SSL/TLS", ""):
        assert harmless(cell) == cell


def test_there_is_nothing_to_take_away_where_nothing_fits(admin: Visitor) -> None:
    page = admin.open("/journal")

    assert "Пока ничего не произошло." in shown(page)
    assert "/journal/export" not in page.text


def test_names_in_the_journal_are_shown_not_run(app: Flask, admin: Visitor) -> None:
    note(app, admin, Action.USER_CHANGED, "<b>boris</b>", ("display_name", "<script>alert(1)</script>"))

    page = admin.open("/journal").text

    assert "<b>boris</b>" not in page
    assert "<script>alert" not in page


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("path", ["/journal", "/journal/export"])
def test_the_journal_needs_somebody_signed_in(visitor: Visitor, path: str) -> None:
    assert visitor.open(path).location == f"/sign-in?next={path}"


def test_the_database_refuses_to_change_a_line(app: Flask, admin: Visitor) -> None:
    note(app, admin, Action.NETWORK_CHANGED, "office")
    with app.app_context():
        line = db.session.scalars(select(JournalEntry)).one()
        line.subject = "another"
        with pytest.raises(Exception, match="journal"):
            db.session.commit()
        db.session.rollback()
