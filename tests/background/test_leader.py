"""One leader finds what is due and wakes somebody once for each."""

import json
import logging
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import event, update
from sqlalchemy.orm import Session, sessionmaker

from tests.background.test_leases import Book
from tests.background.works import OUTGOING, Bureau, Waiting, duties, post_of, well
from tests.storage.makers import SECRET, SMTP
from webapp.background.duties import in_portions
from webapp.background.leader import Chore, Leader
from webapp.background.process import this_process
from webapp.background.queue import Queue
from webapp.background.worker import holder_of
from webapp.storage.leasing import lease
from webapp.storage.models import Account, Traffic
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, keep_rows, want


@pytest.fixture
def bureau(engine: DatabaseEngine, session: Session, box: SecretBox) -> Bureau:
    return Bureau(sessionmaker(engine), session, box)


def test_what_is_due_is_put_into_the_queue_once(bureau: Bureau) -> None:
    account, book = bureau.account(), Book()
    leader = Leader(bureau.factory, book, bureau.clock)
    for _ in range(3):
        leader.look()

    assert book.posts == [post_of(account)]


def test_a_task_that_was_lost_is_put_there_again(bureau: Bureau) -> None:
    account, book = bureau.account(), Book()
    leader = Leader(bureau.factory, book, bureau.clock)
    leader.look()
    book.posts.clear()  # whoever had taken it was killed before the lease

    leader.look()

    assert book.posts == [post_of(account)]


def test_what_somebody_works_at_is_not(bureau: Bureau) -> None:
    account, book = bureau.account(), Book()
    leader = Leader(bureau.factory, book, bureau.clock)
    bureau.session.execute(
        update(Traffic).values(leased_by="x|y|1|1#z", leased_until=bureau.clock() + timedelta(seconds=60))
    )
    bureau.session.commit()
    leader.look()
    assert book.posts == []

    bureau.later(seconds=61)
    leader.look()
    assert set(book.posts) == {post_of(account), post_of(account, OUTGOING)}, "both leases have lapsed"


def test_of_one_server_no_more_than_three_are_woken_and_others_need_not_wait(bureau: Bureau) -> None:
    crowd = [bureau.account(f"person{number}") for number in range(8)]
    bureau.later(seconds=5)
    late = bureau.account("late", host="imap.other.test")
    book = Book()

    Leader(bureau.factory, book, bureau.clock).look()

    assert len(book.posts) == 4
    assert post_of(late) in book.posts
    assert {post.account_id for post in book.posts} <= {one.id for one in (*crowd, late)}


def test_letters_leave_by_a_server_that_is_busy_giving_letters(bureau: Bureau) -> None:
    one_server = replace(SMTP, settings=replace(SMTP.settings, host="imap.uspeh.test"))
    crowd = [bureau.account(f"person{number}", outgoing=one_server) for number in range(4)]
    leaves = post_of(crowd[3], OUTGOING)
    with bureau.factory.begin() as session:
        for account in crowd[:3]:
            assert lease(session, post_of(account), holder_of(this_process()), bureau.clock())
        want(session, leaves, bureau.clock())
    book = Book()

    Leader(bureau.factory, book, bureau.clock).look()

    assert book.posts == [leaves]
    with bureau.factory.begin() as session:
        assert lease(session, leaves, holder_of(this_process()), bureau.clock())


def test_a_new_account_is_noticed_and_one_that_is_frozen_forgotten(bureau: Bureau) -> None:
    account = bureau.account()
    bureau.session.query(Traffic).delete()
    bureau.session.commit()
    book = Book()
    leader = Leader(bureau.factory, book, bureau.clock)
    leader.look()
    assert book.posts == [post_of(account)]

    bureau.session.execute(update(Account).values(frozen=True))
    bureau.session.commit()
    bureau.later(seconds=31)
    leader.look()
    assert bureau.rows() == []


def test_an_account_made_automatic_begins_by_itself_and_ends_so(bureau: Bureau) -> None:
    account = bureau.account(automatic=False)
    assert bureau.row(account).due_at is None

    bureau.session.execute(update(Account).values(automatic=True))
    keep_rows(bureau.session, bureau.clock())
    bureau.session.commit()

    assert bureau.row(account).due_at is not None


def test_chores_are_done_now_and_then_and_one_that_fails_stops_nothing(bureau: Bureau) -> None:
    done: list[str] = []

    def failing() -> None:
        done.append("failed")
        raise ValueError

    hour = timedelta(hours=1)
    chores = (Chore("fail", hour, failing), Chore("tidy", hour, lambda: done.append("tidied")))
    leader = Leader(bureau.factory, Book(), bureau.clock, chores)
    leader.look()
    leader.look()
    assert done == ["failed", "tidied"]
    bureau.later(minutes=61)
    leader.look()
    assert done == ["failed", "tidied"] * 2


def test_who_does_not_lead_leaves_the_chores_to_the_leader(bureau: Bureau) -> None:
    done: list[str] = []
    chore = Chore("tidy", timedelta(hours=1), lambda: done.append("tidied"))
    Leader(bureau.factory, Book(), bureau.clock, process="here|boot|1|1").look()
    second = Leader(bureau.factory, Book(), bureau.clock, (chore,), process="there|boot|2|2")

    second.look()

    assert done == []


def test_tidying_goes_on_in_portions_until_nothing_is_left(bureau: Bureau) -> None:
    portions = [500, 500, 7, 0, 500]

    in_portions(bureau.factory, lambda session: portions.pop(0))()

    assert portions == [500]


def test_looking_costs_one_question_while_nothing_is_due(bureau: Bureau, engine: DatabaseEngine) -> None:
    account = bureau.account(automatic=False)
    leader = Leader(bureau.factory, Book(), bureau.clock)
    leader.look()
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    for _ in range(5):
        leader.look()

    assert len(asked) == 5, account
    assert not any(statement.startswith(("UPDATE", "INSERT")) for statement in asked)


def test_who_ends_lets_the_next_one_lead(bureau: Bureau) -> None:
    first = Leader(bureau.factory, Book(), bureau.clock, process="here|boot|1|1")
    second = Leader(bureau.factory, Book(), bureau.clock, process="there|boot|2|2")
    first.look()
    second.look()
    assert (first.leads, second.leads) == (True, False)

    first.close()
    second.look()

    assert second.leads


def test_the_queue_holds_an_account_and_a_direction_as_text(bureau: Bureau, tmp_path: Path) -> None:
    queue = Queue(tmp_path / "queue.db", lambda post: None)
    post = Post(7, OUTGOING)
    queue.put(post)

    assert queue.pending() == {post}
    with sqlite3.connect(tmp_path / "queue.db") as file:
        [(data,)] = file.execute("SELECT data FROM task").fetchall()
    file.close()
    assert json.loads(data)[6] == [7, "outgoing"]
    assert SECRET not in data.decode()


def test_a_queue_nobody_can_read_any_more_is_made_anew(bureau: Bureau, tmp_path: Path) -> None:
    (tmp_path / "queue.db").write_bytes(b"not a database at all" * 300)
    account, duty = bureau.account(), Waiting()

    background = bureau.background(duties(duty), tmp_path)
    background.open()
    duty.wait_until_begun()
    duty.go_on()
    background.close()

    assert duty.works[0].post == post_of(account)


def test_what_is_put_there_by_another_process_is_found(bureau: Bureau, tmp_path: Path) -> None:
    account, duty = bureau.account(automatic=False), Waiting()
    want(bureau.session, post_of(account), bureau.clock())
    bureau.session.commit()
    working = Queue(tmp_path / "queue.db", bureau.worker(duties(duty)).carry_out)
    working.start()

    Queue(tmp_path / "queue.db", lambda post: None).put(post_of(account))
    duty.wait_until_begun()

    duty.go_on()
    assert working.close(10)


def test_quiet_work_writes_nothing_into_the_log(
    bureau: Bureau, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account, duty = bureau.account(), Waiting()
    background = bureau.background(duties(duty, well), tmp_path)
    background.open()
    duty.wait_until_begun()
    duty.go_on()
    background.close()

    assert [record.message for record in caplog.records if record.name.startswith(("huey", "webapp"))] == [], account
