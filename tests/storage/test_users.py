"""People sign in with the right password and nothing else; links work once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from webapp.storage.models import LinkPurpose
from webapp.storage.users import (
    NameTaken,
    authenticate,
    create_link,
    create_user,
    find_link,
    has_admin,
    redeem_link,
    set_password,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_right_password_lets_in_whatever_the_case_of_the_name(session: Session) -> None:
    anna = create_user(session, " Анна ", "Анна Петрова", "правильный пароль")

    assert authenticate(session, "АННА", "правильный пароль") is anna


def test_a_wrong_password_an_unknown_name_and_a_disabled_person_stay_out(session: Session) -> None:
    create_user(session, "anna", password="right")
    create_user(session, "gone", password="right").disabled = True
    create_user(session, "invited")

    tries = [("anna", "wrong"), ("nobody", "right"), ("gone", "right"), ("invited", ""), ("anna", "x" * 5000)]

    assert [authenticate(session, *each) for each in tries] == [None] * 5


def test_a_login_name_belongs_to_one_person(session: Session) -> None:
    create_user(session, "anna")

    with pytest.raises(NameTaken):
        create_user(session, "ANNA")


def test_the_set_up_is_done_when_somebody_can_administer(session: Session) -> None:
    create_user(session, "boris", password="x")
    admin = create_user(session, "anna", is_admin=True)
    assert not has_admin(session)

    set_password(session, admin, "x")
    assert has_admin(session)


def test_a_new_password_ends_the_sessions_of_the_old_one(session: Session) -> None:
    anna = create_user(session, "anna", password="old")

    set_password(session, anna, "new")

    assert anna.session_epoch == 1
    assert authenticate(session, "anna", "old") is None
    assert authenticate(session, "anna", "new") is anna


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
