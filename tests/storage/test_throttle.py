"""The brake on guessing: a bucket of tries that fills again, for every process the same."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from webapp.storage.models import TokenBucket
from webapp.storage.throttle import IDLE, forget_idle, take

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_tries_of_a_full_bucket_are_free_and_the_next_one_waits(session: Session) -> None:
    waits = [take(session, "anna", 3, 60, now=NOON) for _ in range(4)]

    assert waits == [0, 0, 0, 60]


def test_a_try_comes_back_with_time(session: Session) -> None:
    for _ in range(3):
        take(session, "anna", 3, 60, now=NOON)

    assert take(session, "anna", 3, 60, now=NOON + timedelta(seconds=59)) == 1
    assert take(session, "anna", 3, 60, now=NOON + timedelta(seconds=60)) == 0
    assert take(session, "anna", 3, 60, now=NOON + timedelta(seconds=60)) == 60


def test_a_bucket_never_holds_more_than_its_capacity(session: Session) -> None:
    take(session, "anna", 2, 60, now=NOON)

    waits = [take(session, "anna", 2, 60, now=NOON + timedelta(days=7)) for _ in range(3)]

    assert waits == [0, 0, 60]


def test_keys_do_not_share_a_bucket(session: Session) -> None:
    take(session, "anna", 1, 60, now=NOON)

    assert take(session, "boris", 1, 60, now=NOON) == 0


def test_a_clock_set_back_gives_nothing_away(session: Session) -> None:
    take(session, "anna", 1, 60, now=NOON)

    assert take(session, "anna", 1, 60, now=NOON - timedelta(hours=1)) == 60


def test_an_empty_bucket_stays_empty_after_a_restart(engine: Engine) -> None:
    with Session(engine) as session:
        take(session, "anna", 1, 60, now=NOON)
        session.commit()
    engine.dispose()

    with Session(engine) as session:
        assert take(session, "anna", 1, 60, now=NOON) == 60


def test_tries_at_the_same_moment_take_a_token_each(engine: Engine) -> None:
    start, waits = threading.Barrier(6), []

    def try_once() -> None:
        with Session(engine) as session:
            start.wait()
            waits.append(take(session, "anna", 2, 60, now=NOON))
            session.commit()

    threads = [threading.Thread(target=try_once) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(waits) == [0, 0, 60, 60, 60, 60]


def test_a_bucket_nobody_uses_is_forgotten(session: Session) -> None:
    take(session, "anna", 1, 60, now=NOON)
    take(session, "boris", 1, 60, now=NOON + timedelta(hours=1))

    forget_idle(session, now=NOON + IDLE)

    assert session.scalar(select(func.count()).select_from(TokenBucket)) == 1
