"""`mailroom worker`, and the background inside `mailroom serve`: it works, and ends when told."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.browser.served import Served
from tests.cli.commands import Terminal
from tests.peer import Peer
from tests.scripted import ScriptedServer
from tests.storage.makers import IMAP, SECRET, lay_account
from webapp.instance import DATABASE, MAIL_KEYS
from webapp.storage.base import utc_now
from webapp.storage.database import make_engine
from webapp.storage.models import Lease, Traffic
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import keep_rows
from webapp.storage.users import create_user

STOPPING_S = 10
HOST = f"127.61.{os.getpid() % 256}.9"  # of this process: files of tests run side by side
PORT = 2525  # the guard lets it pass, and root is not needed to listen there


class MuteServer(ScriptedServer):
    """Takes connections and says nothing, not even TLS; `arrived` tells that somebody waits."""

    def __init__(self) -> None:
        super().__init__(self._keep_mute, host=HOST, port=PORT)
        self.arrived = threading.Event()

    def _keep_mute(self, peer: Peer) -> None:
        self.arrived.set()
        peer.keep_silent()


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """Return an instance with one account that receives by itself from a mute server."""
    folder = tmp_path / "instance"
    Terminal(folder).run("users", "list")
    box = SecretBox(tuple((folder / MAIL_KEYS).read_text().split()))
    with opened(folder) as session:
        anna = create_user(session, "anna")
        incoming = replace(IMAP, settings=replace(IMAP.settings, host=HOST, port=PORT))
        lay_account(session, box, anna.id, automatic=True, incoming=incoming, outgoing=None)
        keep_rows(session, utc_now())
        session.commit()
    return folder


@contextmanager
def opened(instance: Path) -> Iterator[Session]:
    engine = make_engine(f"sqlite:///{instance / DATABASE}")
    with Session(engine) as session:
        yield session
    engine.dispose()


def environment(place: str) -> dict[str, str]:
    return {"MAILROOM_ALLOWED_NETWORKS": "127.0.0.0/8", "MAILROOM_WORKER": place}


@contextmanager
def working(instance: Path, more: Mapping[str, str] = {}) -> Iterator[subprocess.Popen[str]]:
    """Let `mailroom worker` work in a process of its own."""
    variables = Served(instance, environment("apart") | dict(more)).variables()
    command = [sys.executable, "-m", "webapp.cli", "worker"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=variables)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_works_and_ends_in_time_although_a_server_hangs(instance: Path, number: signal.Signals) -> None:
    with MuteServer() as server, working(instance) as process:
        assert server.arrived.wait(30), "nobody came to the server"
        process.send_signal(number)
        said, _ = process.communicate(timeout=STOPPING_S)

    assert process.returncode == 0
    assert said.splitlines() == [
        "Mailroom receives and sends letters  (Ctrl-C stops it)",
        "Mailroom has stopped receiving and sending.",
    ]
    with opened(instance) as session:
        row = session.scalars(select(Traffic)).one()
        assert (row.leased_by, row.trouble) == (None, None)
        assert row.due_at is not None
        assert row.due_at <= utc_now(), "the next start takes it up at once"


def test_serving_receives_as_well_and_ends_in_time(instance: Path) -> None:
    with MuteServer() as server, Served(instance, environment("inside")) as served:
        assert server.arrived.wait(30), "nobody came to the server"
        assert "letters are received and sent" in served.command("doctor").stdout
        assert served.stop() == 0
        assert served.log.read_text() == ""

    with opened(instance) as session:
        assert session.scalars(select(Traffic)).one().leased_by is None


def test_set_apart_serving_leaves_it_to_the_worker(instance: Path) -> None:
    with MuteServer() as server:
        with Served(instance, environment("apart")) as served:
            assert served.stop() == 0
        with opened(instance) as session:
            assert session.scalar(select(func.count()).select_from(Lease)) == 0
        assert server.connections == 0


def test_the_doctor_says_who_works_and_what_is_overdue(instance: Path) -> None:
    said = Terminal(instance).run("doctor").output
    assert "nobody receives and sends letters now" in said
    assert "overdue" not in said

    with opened(instance) as session:
        session.execute(update(Traffic).values(due_at=utc_now() - timedelta(minutes=11)))
        session.add(Lease(name="leader", holder="somebody", leased_until=utc_now() + timedelta(seconds=20)))
        session.commit()
    said = Terminal(instance).run("doctor").output

    assert "letters are received and sent" in said
    assert "1 of 1 directions of accounts are overdue by more than 10 minutes" in said


def test_the_queue_is_readable_by_its_owner_only_and_holds_no_secret(instance: Path) -> None:
    with MuteServer() as server, working(instance) as process:
        assert server.arrived.wait(30)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=STOPPING_S)

    assert (instance / "queue.db").stat().st_mode & 0o077 == 0
    for file in instance.glob("queue.db*"):
        assert SECRET.encode() not in file.read_bytes()
