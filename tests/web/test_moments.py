"""Moments and days are those of the office, wherever the server's clock stands."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.web.accounts.paper import filled
from tests.web.desk import Desk
from tests.web.visitor import Visitor, shown
from webapp.storage.models import Account, Action, JournalEntry
from webapp.web.extensions import db
from webapp.web.moments import ago_words, clock_words, day_words, midnight

LATE = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # in Moscow half past one, and already April
FARTHEST = "Pacific/Kiritimati"  # fourteen hours ahead: nowhere is it tomorrow earlier


@pytest.fixture
def environment(environment: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    """Return the settings of an office in Moscow, or where the test says."""
    return {**environment, "MAILROOM_TIME_ZONE": getattr(request, "param", "Europe/Moscow")}


@pytest.fixture
def late_line(app: Flask) -> None:
    """Leave a line in the journal late in the evening of the server."""
    with app.app_context():
        db.session.add(JournalEntry(action=Action.NETWORK_CHANGED, subject="", at=LATE))
        db.session.commit()


def test_pages_show_the_offices_time(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account()
    with app.app_context():
        account = db.session.get_one(Account, account_id)
        account.checked_at = account.proved_at = LATE
        account.incoming.proved_at = LATE  # type: ignore[union-attr]
        db.session.commit()

    for path in (
        "/administration/accounts",
        f"/administration/accounts/{account_id}",
        f"/accounts/{account_id}/security",
    ):
        page = shown(admin.open(path))
        assert "1:30" in page, path
        assert "22:30" not in page, path


@pytest.mark.usefixtures("late_line")
def test_the_journal_shows_it_and_says_whose_it_is(admin: Visitor) -> None:
    page = shown(admin.open("/journal"))

    assert "Когда (Europe/Moscow)" in page
    assert "1 апр. 2026" in page
    assert "1:30" in page


@pytest.mark.usefixtures("late_line")
def test_so_does_its_table(admin: Visitor) -> None:
    text = admin.open("/journal/export").data.decode("utf-8-sig")

    head, line = csv.reader(io.StringIO(text), delimiter=";")
    assert (head[0], line[0]) == ("Когда (Europe/Moscow)", "2026-04-01 01:30:00")


@pytest.mark.usefixtures("late_line")
@pytest.mark.parametrize(
    ("query", "found"), [("?since=2026-04-01", True), ("?until=2026-03-31", False), ("?until=2026-04-01", True)]
)
def test_days_of_the_filter_begin_at_the_offices_midnight(admin: Visitor, query: str, found: bool) -> None:
    assert ("1 апр. 2026" in shown(admin.open(f"/journal{query}"))) is found


@pytest.mark.parametrize("environment", [FARTHEST], indirect=True)
def test_today_of_the_first_form_is_the_offices(app: Flask, admin: Visitor) -> None:
    before = datetime.now(UTC) + timedelta(hours=14)
    proposed = date.fromisoformat(filled(admin.open("/accounts/new").text, "load_since")["load_since"])
    after = datetime.now(UTC) + timedelta(hours=14)

    assert proposed + timedelta(days=30) in (before.date(), after.date())


def test_a_certificate_that_never_ends_has_a_last_day_in_the_east_too(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        words = day_words(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)), day_words(LATE)

    assert [" ".join(one.split()) for one in words] == ["31 декабря 9999 г.", "1 апреля 2026 г."]


def test_a_day_begins_at_its_midnight_also_where_clocks_are_put_forward(app: Flask) -> None:
    with app.app_context():
        assert midnight(date(2026, 4, 1)) == datetime(2026, 3, 31, 21, tzinfo=UTC)
        assert midnight(date(2010, 3, 29)) == datetime(2010, 3, 28, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=-6.6 * 365), "6 лет назад"),
        (timedelta(days=-364), "12 месяцев назад"),
        (timedelta(days=364), "через 12 месяцев"),
        (timedelta(days=700), "через 1 год"),
        (timedelta(hours=47), "через 1 день"),
        (timedelta(seconds=-5), "5 секунд назад"),
    ],
)
def test_only_what_is_full_counts(app: Flask, span: timedelta, words: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert ago_words(LATE + span, LATE) == words


def test_a_pause_is_not_said_to_end_before_it_does(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert [clock_words(LATE), clock_words(LATE + timedelta(seconds=1))] == ["01:30", "01:31"]
