"""A one-time link works once, for a day, and for its purpose only."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from webapp.storage.models import LinkPurpose
from webapp.storage.users import create_link, create_user, find_link, redeem_link

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_link_works_once(session: Session) -> None:
    anna = create_user(session, "anna")
    token = create_link(session, LinkPurpose.RESET_PASSWORD, anna, now=NOON)
    assert find_link(session, LinkPurpose.RESET_PASSWORD, token, now=NOON) is not None

    link = redeem_link(session, LinkPurpose.RESET_PASSWORD, token, now=NOON)

    assert link is not None
    assert link.user is anna
    assert redeem_link(session, LinkPurpose.RESET_PASSWORD, token, now=NOON) is None
    assert find_link(session, LinkPurpose.RESET_PASSWORD, token, now=NOON) is None


def test_a_link_works_for_a_day_and_for_its_purpose_only(session: Session) -> None:
    token = create_link(session, LinkPurpose.SETUP, now=NOON)

    assert redeem_link(session, LinkPurpose.SETUP, token, now=NOON + timedelta(hours=24)) is None
    assert redeem_link(session, LinkPurpose.RESET_PASSWORD, token, now=NOON) is None
    assert redeem_link(session, LinkPurpose.SETUP, token + "x", now=NOON) is None
    assert redeem_link(session, LinkPurpose.SETUP, token, now=NOON) is not None


def test_a_newer_link_replaces_the_older_one(session: Session) -> None:
    older, newer = (create_link(session, LinkPurpose.SETUP, now=NOON) for _ in range(2))

    assert redeem_link(session, LinkPurpose.SETUP, older, now=NOON) is None
    assert redeem_link(session, LinkPurpose.SETUP, newer, now=NOON) is not None


def test_the_database_does_not_hold_the_token(session: Session) -> None:
    token = create_link(session, LinkPurpose.SETUP, now=NOON)

    assert token not in str(session.execute(text("SELECT * FROM one_time_links")).all())


def test_of_two_people_with_the_same_link_one_wins(engine: Engine) -> None:
    with Session(engine) as session:
        token = create_link(session, LinkPurpose.SETUP, now=NOON)
        session.commit()
    start, won = threading.Barrier(4), []

    def redeem() -> None:
        with Session(engine) as session:
            start.wait()
            won.append(redeem_link(session, LinkPurpose.SETUP, token, now=NOON) is not None)
            session.commit()

    threads = [threading.Thread(target=redeem) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False, False, False, True]
