"""A cookie is worth something exactly as long as its row is there."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.storage.makers import person
from tests.storage.rows import account_row
from webapp.mail.settings import Direction
from webapp.storage.browser_sessions import (
    LIFETIME,
    change_key,
    close_others,
    close_session,
    find_session,
    forget_expired,
    open_session,
    renew,
)
from webapp.storage.models import BrowserSession, SessionSecret, User

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session)


def test_the_key_of_a_cookie_finds_its_person(session: Session, anna: User) -> None:
    row, key = open_session(session, anna, now=NOON)

    found = find_session(session, key, NOON)

    assert found is row
    assert found.user is anna
    assert find_session(session, key + "x", NOON) is None
    assert find_session(session, "", NOON) is None


def test_the_database_does_not_hold_the_key(session: Session, anna: User) -> None:
    _, key = open_session(session, anna, now=NOON)

    assert key not in str(session.execute(text("SELECT * FROM browser_sessions")).all())


def test_a_copied_cookie_dies_with_the_session(session: Session, anna: User) -> None:
    row, key = open_session(session, anna, now=NOON)
    _, other = open_session(session, anna, now=NOON)

    close_session(session, row)

    assert find_session(session, key, NOON) is None
    assert find_session(session, other, NOON) is not None


def test_the_others_end_and_one_stays(session: Session, anna: User) -> None:
    boris = person(session, "boris")
    (kept, kept_key), (_, gone_key), (_, foreign_key) = (open_session(session, who) for who in (anna, anna, boris))

    close_others(session, anna, kept)

    assert [find_session(session, key) is not None for key in (kept_key, gone_key, foreign_key)] == [True, False, True]


def test_without_one_to_keep_all_end(session: Session, anna: User) -> None:
    keys = [open_session(session, anna)[1] for _ in range(3)]

    close_others(session, anna)

    assert [find_session(session, key) for key in keys] == [None] * 3


def test_a_session_ends_after_a_week_unless_it_was_renewed(session: Session, anna: User) -> None:
    row, key = open_session(session, anna, now=NOON)
    assert find_session(session, key, NOON + LIFETIME) is None

    assert renew(session, row, NOON + timedelta(days=3))

    assert find_session(session, key, NOON + LIFETIME) is row


def test_renewing_writes_once_a_day_at_most(session: Session, anna: User) -> None:
    row, _ = open_session(session, anna, now=NOON)

    assert not renew(session, row, NOON + timedelta(hours=23))
    assert renew(session, row, NOON + timedelta(hours=25))
    assert not renew(session, row, NOON + timedelta(hours=26))


def test_a_session_closed_at_the_same_moment_is_not_renewed(session: Session, anna: User) -> None:
    row, key = open_session(session, anna, now=NOON)
    session.commit()
    close_session(session, row)

    assert not renew(session, row, NOON + timedelta(days=3))
    assert find_session(session, key, NOON) is None


def test_another_key_makes_a_copied_cookie_worthless_and_keeps_the_session(session: Session, anna: User) -> None:
    row, key = open_session(session, anna, now=NOON)

    other = change_key(session, row)

    assert find_session(session, key, NOON) is None
    assert find_session(session, other, NOON) is row


def test_a_disabled_person_has_no_session(session: Session, anna: User) -> None:
    _, key = open_session(session, anna)
    anna.disabled = True
    session.flush()

    assert find_session(session, key) is None


def test_sessions_out_of_date_are_deleted_with_what_they_remembered(session: Session, anna: User) -> None:
    old, _ = open_session(session, anna, now=NOON - LIFETIME)
    new, _ = open_session(session, anna, now=NOON)
    account = account_row(session, anna)
    for row in (old, new):
        session.add(SessionSecret(session_id=row.id, account_id=account.id, direction=Direction.INCOMING, secret="x"))
    session.commit()

    forget_expired(session, now=NOON)
    session.commit()

    assert list(session.scalars(select(BrowserSession.id))) == [new.id]
    assert list(session.scalars(select(SessionSecret.session_id))) == [new.id]
