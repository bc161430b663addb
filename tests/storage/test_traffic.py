"""Rows of directions: of many workers exactly one gets what is due, and whoever lost a lease writes nothing."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.storage.makers import lay_account, person
from tests.storage.rows import NOON
from webapp.mail.settings import Direction
from webapp.storage import outbox, writing
from webapp.storage.accounts import delete_account
from webapp.storage.leasing import LEASE, hold, lease, renew
from webapp.storage.models import Account, Traffic, User
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, due, keep_rows, want

WORKERS = 6
SECOND = timedelta(seconds=1)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    """Return an account that works by itself, with its rows."""
    account = lay_account(session, box, anna.id, automatic=True)
    keep_rows(session, NOON)
    session.commit()
    return account


@pytest.fixture
def post(account: Account) -> Post:
    return Post(account.id, Direction.INCOMING)


def rows(session: Session) -> dict[Direction, datetime | None]:
    """Return the directions there are rows of, and when they are due."""
    session.expire_all()
    return {row.direction: row.due_at for row in session.scalars(select(Traffic))}


def test_what_runs_by_itself_is_due_and_what_is_sent_waits(session: Session, account: Account) -> None:
    assert rows(session) == {Direction.INCOMING: NOON, Direction.OUTGOING: None}
    assert due(session, NOON) == [Post(account.id, Direction.INCOMING)]


@pytest.mark.parametrize("unused", [{"frozen": True}, {"locked": True}, {"proved_at": None}])
def test_what_may_not_be_used_has_no_rows(session: Session, account: Account, unused: dict[str, object]) -> None:
    session.execute(update(Account).where(Account.id == account.id).values(**unused))

    keep_rows(session, NOON)

    assert rows(session) == {}


def test_a_direction_no_longer_used_loses_its_row_and_the_other_is_left_alone(
    session: Session, account: Account, post: Post
) -> None:
    assert lease(session, post, "worker", NOON)
    account.for_sending = False
    session.flush()

    keep_rows(session, NOON)

    assert rows(session) == {Direction.INCOMING: None}
    assert hold(session, post, "worker", NOON + SECOND)


def test_a_letter_that_waits_while_its_account_does_not_send_leaves_when_it_does(
    session: Session, anna: User, account: Account
) -> None:
    letter = writing.start(session, anna, writing.Content(account.id, "boris@uspeh.test"), now=NOON)
    assert outbox.queue(session, letter, UTC, NOON)
    for sends in (False, True):
        account.for_sending = sends
        session.flush()
        keep_rows(session, NOON + SECOND)

    assert rows(session)[Direction.OUTGOING] == NOON + SECOND


def test_rows_go_with_their_account(session: Session, account: Account) -> None:
    delete_account(session, account, None)

    assert rows(session) == {}


def test_of_many_workers_exactly_one_gets_it(engine: Engine, post: Post) -> None:
    start, leased = threading.Barrier(WORKERS), []

    def work(holder: str) -> None:
        with Session(engine) as own:
            start.wait()
            if lease(own, post, holder, NOON):
                leased.append(holder)
            own.commit()

    threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(leased) == 1
    with Session(engine) as session:
        assert session.scalar(select(Traffic.leased_by).where(Traffic.leased_by.is_not(None))) == leased[0]


def test_nobody_else_gets_what_is_leased_until_the_lease_lapses(session: Session, post: Post) -> None:
    assert lease(session, post, "first", NOON)

    assert not lease(session, post, "second", NOON + LEASE - SECOND)
    assert due(session, NOON + LEASE - SECOND) == []
    assert due(session, NOON + LEASE) == [post]
    assert lease(session, post, "second", NOON + LEASE)


def test_whoever_lost_the_lease_neither_writes_nor_keeps_it(session: Session, post: Post) -> None:
    lease(session, post, "first", NOON)
    lease(session, post, "second", NOON + LEASE)

    assert not hold(session, post, "first", NOON + LEASE)
    assert not renew(session, post, "first", NOON + LEASE)
    assert hold(session, post, "second", NOON + LEASE)


def test_a_lease_that_is_renewed_lasts(session: Session, post: Post) -> None:
    lease(session, post, "first", NOON)

    assert renew(session, post, "first", NOON + LEASE - SECOND)
    assert not lease(session, post, "second", NOON + LEASE)
    assert hold(session, post, "first", NOON + LEASE)


def test_a_lease_that_lapsed_is_not_kept_though_nobody_took_it(session: Session, post: Post) -> None:
    lease(session, post, "first", NOON)

    assert not hold(session, post, "first", NOON + LEASE)
    assert not renew(session, post, "first", NOON + LEASE)


def test_nobody_takes_a_row_while_its_holder_writes(engine: Engine, post: Post) -> None:
    """The lease is asked for and the letters are written in one transaction: no other worker comes in between."""
    with Session(engine) as writing, Session(engine) as other:
        assert lease(writing, post, "first", NOON)
        writing.commit()
        assert hold(writing, post, "first", NOON + SECOND)
        taken: list[bool] = []

        def take() -> None:
            taken.append(lease(other, post, "second", NOON + LEASE))
            other.commit()

        thread = threading.Thread(target=take)
        thread.start()
        writing.execute(update(Traffic).values(done=7))
        writing.commit()
        thread.join()

        assert taken == [True]
        assert not hold(writing, post, "first", NOON + LEASE)


def test_what_is_wanted_meanwhile_is_due_when_the_lease_lapses(session: Session, post: Post) -> None:
    lease(session, post, "first", NOON)

    assert want(session, post, NOON + SECOND)

    assert due(session, NOON + SECOND) == []
    assert due(session, NOON + LEASE) == [post]


def test_wanting_a_direction_that_is_not_used_does_nothing(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, address="b@uspeh.test", outgoing=None)

    assert not want(session, Post(account.id, Direction.OUTGOING), NOON)
    assert not want(session, Post(404, Direction.OUTGOING), NOON)
