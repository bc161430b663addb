"""Two processes, leases that lapse, and `kill -9` in the middle of work: nothing is lost, nothing runs twice."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.background.work_victim import note
from tests.background.works import OUTGOING, Bureau, Waiting, duties, post_of, well
from tests.scripted import PATIENCE_S
from webapp.background.leader import Leader
from webapp.background.process import is_dead, this_process
from webapp.background.work import Work
from webapp.background.worker import holder_of, process_of
from webapp.storage import leases
from webapp.storage.endings import succeed
from webapp.storage.leasing import free_dead, hold, lease, renew
from webapp.storage.models import Lease, Notice
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, want

KEY = SecretBox.new_key()


@pytest.fixture
def bureau(engine: DatabaseEngine, session: Session) -> Bureau:
    return Bureau(sessionmaker(engine), session, SecretBox((KEY,)))


class Book:
    """A queue that only remembers."""

    def __init__(self) -> None:
        self.posts: list[Post] = []

    def put(self, post: Post) -> None:
        self.posts.append(post)

    def pending(self) -> set[Post]:
        return set(self.posts)


@contextmanager
def working_elsewhere(database_file: Path, folder: Path, pieces: int) -> Iterator[subprocess.Popen[str]]:
    """Let another process work until it hangs at so many pieces, then kill it without warning."""
    command = [sys.executable, "-m", "tests.background.work_victim", str(database_file), str(folder / "v.db"), KEY]
    victim = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert victim.stdout is not None
        for _ in range(pieces):
            assert victim.stdout.readline().strip().isdigit(), "the other process does not work"
        yield victim
    finally:
        os.kill(victim.pid, signal.SIGKILL)
        victim.communicate()


def traces(bureau: Bureau) -> list[tuple[int | None, str]]:
    bureau.session.rollback()
    return [(note.account_id, note.subject) for note in bureau.session.scalars(select(Notice).order_by(Notice.id))]


def test_killed_work_is_taken_up_again_at_once(bureau: Bureau, database_file: Path, tmp_path: Path) -> None:
    accounts = [bureau.account(name) for name in ("anna", "boris")]
    with working_elsewhere(database_file, tmp_path, pieces=2):
        assert all(bureau.row(account).leased_by for account in accounts)
        book = Book()
        leader = Leader(bureau.factory, book, bureau.clock)
        leader.look()
        assert (leader.leads, book.posts) == (False, []), "the other one lives and leads"

    leader.look()

    assert leader.leads, "of a process that has certainly ended nobody waits for the lease"
    assert {post.account_id for post in book.posts} == {account.id for account in accounts}
    worker = bureau.worker(duties(lambda work: note(work)))
    for post in book.posts:
        worker.carry_out(post)
    assert sorted(account_id for account_id, _ in traces(bureau) if account_id) == sorted(
        [account.id for account in accounts] * 2
    )


def test_of_another_machine_the_lease_has_to_lapse(bureau: Bureau) -> None:
    account = bureau.account()
    elsewhere = "another-machine|boot|1|1#lease"
    with bureau.factory.begin() as session:
        assert lease(session, post_of(account), elsewhere, bureau.clock())
        session.add(Lease(name=leases.LEADER, holder="another-machine|boot|1|1", leased_until=bureau.later(seconds=29)))
    bureau.later(seconds=-29)
    book = Book()
    leader = Leader(bureau.factory, book, bureau.clock)

    leader.look()
    assert (leader.leads, book.posts) == (False, [])
    bureau.later(seconds=40)
    leader.look()
    assert (leader.leads, book.posts) == (True, [])
    bureau.later(seconds=30)
    leader.look()
    assert book.posts == [post_of(account)]


def test_whoever_lost_the_lease_can_neither_write_nor_end_it(bureau: Bureau) -> None:
    account = bureau.account()
    first, second = holder_of(this_process()), holder_of(this_process())
    with bureau.factory.begin() as session:
        assert lease(session, post_of(account), first, bureau.clock())
    bureau.later(minutes=2)
    with bureau.factory.begin() as session:
        assert not hold(session, post_of(account), first, bureau.clock())
        assert not renew(session, post_of(account), first, bureau.clock())
        assert lease(session, post_of(account), second, bureau.clock())
    with bureau.factory.begin() as session:
        assert succeed(session, post_of(account), first, bureau.clock()) is None

    row = bureau.row(account)
    assert (row.leased_by, row.worked_at) == (second, None)


def test_two_processes_share_the_work_and_do_each_piece_once(
    bureau: Bureau, engine: DatabaseEngine, tmp_path: Path
) -> None:
    accounts = [bureau.account(f"person{number}", host=f"imap{number % 7}.test") for number in range(30)]
    done, finished = [], threading.Event()

    def duty(work: Work) -> None:
        note(work)
        work.entered = True
        done.append(work.post.account_id)
        if len(done) >= len(accounts):
            finished.set()

    both = [Bureau(sessionmaker(engine), bureau.session, bureau.box).background(duties(duty), tmp_path) for _ in "ab"]
    for background in both:
        background.open()
    assert finished.wait(PATIENCE_S * 3), f"only {len(done)} were done"
    for background in both:
        background.close()

    assert sorted(done) == sorted(account.id for account in accounts)
    assert all(row.leased_by is None for row in bureau.rows())


def test_a_letter_leaves_while_every_thread_that_receives_is_busy(bureau: Bureau, tmp_path: Path) -> None:
    accounts = [bureau.account(f"person{number}", host=f"imap{number}.test") for number in range(8)]
    loading, sent = Waiting(), threading.Event()
    background = bureau.background(duties(loading, lambda work: sent.set()), tmp_path)
    background.open()
    loading.wait_until_begun(6)

    with bureau.factory.begin() as session:
        assert want(session, post_of(accounts[-1], OUTGOING), bureau.clock())
    background.wake()

    assert sent.wait(PATIENCE_S), "letters that come in hold up those that leave"
    loading.go_on()
    background.close()


def test_an_end_gives_everything_back_for_the_next_start(bureau: Bureau, tmp_path: Path) -> None:
    account, duty = bureau.account(), Waiting()
    background = bureau.background(duties(duty), tmp_path)
    background.open()
    duty.wait_until_begun()

    background.close()

    row = bureau.row(account)
    assert duty.works[0].connections.closed
    assert row.leased_by is None
    assert row.due_at is not None
    assert row.due_at <= bureau.clock(), "the next start takes it up at once"
    again = bureau.background(duties(duty), tmp_path)
    again.open()
    duty.wait_until_begun()
    duty.go_on()
    again.close()


def test_work_that_does_not_end_in_time_loses_its_lease(bureau: Bureau, tmp_path: Path) -> None:
    account, begun, go_on, ends = bureau.account(), threading.Event(), threading.Event(), []

    def deaf(work: Work) -> None:
        begun.set()
        go_on.wait(PATIENCE_S)
        try:
            with work.writing(finishing=True):
                ends.append("wrote")
        finally:
            ends.append("ended")

    background = bureau.background(duties(deaf), tmp_path)
    background.open()
    assert begun.wait(PATIENCE_S)

    background.close(wait_s=0.0)

    assert bureau.row(account).leased_by is None
    go_on.set()
    background.close(wait_s=PATIENCE_S)
    assert ends == ["ended"]
    assert bureau.row(account).due_at is not None


def test_only_the_dead_are_let_go(bureau: Bureau) -> None:
    account = bureau.account()
    with bureau.factory.begin() as session:
        assert lease(session, post_of(account), holder_of(this_process()), bureau.clock())
        assert free_dead(session, lambda holder: is_dead(process_of(holder)), bureau.clock()) == 0


def test_a_lease_is_taken_kept_and_given_back(bureau: Bureau) -> None:
    def take(holder: str, *dead: str) -> bool:
        with bureau.factory.begin() as session:
            return leases.take(session, "x", holder, lambda process: process in dead, bureau.clock())

    assert take("first")
    assert not take("second")
    assert take("first")
    assert take("second", "first"), "the dead hold nothing"
    assert not take("first")
    bureau.later(seconds=31)
    assert take("first")
    with bureau.factory.begin() as session:
        leases.give_back(session, "x", "second", bureau.clock())
        assert leases.is_held(session, "x", bureau.clock())
        leases.give_back(session, "x", "first", bureau.clock())
    with bureau.factory() as session:
        assert not leases.is_held(session, "x", bureau.clock())


def test_well_is_well(bureau: Bureau) -> None:
    account = bureau.account()
    bureau.worker(duties(well)).carry_out(post_of(account))
    assert bureau.row(account).worked_at is not None
