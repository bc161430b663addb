"""The end of a process that loads letters and hands one over at that moment; and of two workers, one leads."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.background.receiving.small_servers import WHOLE, SmallImap, at, wants
from tests.background.sending.outgoing import BORIS, SECRET, Desk, after_login, proved, whole_letter
from tests.browser.served import Served
from tests.certificates import authority, server_context
from tests.cli.commands import Terminal
from tests.cli.test_worker import STOPPING_S, MuteServer, environment, instance, opened, working
from tests.mail.scripts import USERNAME
from tests.peer import Peer
from tests.scripted import ScriptedServer
from webapp.instance import DATABASE, MAIL_KEYS
from webapp.mail.settings import Direction, Protocol
from webapp.storage.base import utc_now
from webapp.storage.database import make_engine
from webapp.storage.models import Lease, OutgoingLetter, OutgoingState, Traffic
from webapp.storage.secrets import SecretBox

__all__ = ["instance"]

IMAP_HOST, SMTP_HOST, PORT = "127.61.0.10", "127.61.0.11", 2525
LONG_S = 30
LETTER = b"From: boris@uspeh.example\r\nSubject: hi\r\n\r\nhi\r\n"


class Busy:
    """An office of one account, whose servers stop answering in the middle: of a letter's bytes, and after another's.

    The SMTP server answers when the office has left the other one; or never.
    """

    def __init__(self, folder: Path) -> None:
        self.instance, self.answers = folder / "instance", True
        self.loading, self.left, self.handed_over = threading.Event(), threading.Event(), threading.Event()
        authority().cert_pem.write_to_path(str(folder / "ca.pem"))
        self.environment = {"MAILROOM_CA_FILE": str(folder / "ca.pem")}
        Terminal(self.instance).run("users", "list")
        engine = make_engine(f"sqlite:///{self.instance / DATABASE}")
        box = SecretBox(tuple((self.instance / MAIL_KEYS).read_text().split()))
        with Session(engine) as session:
            desk = Desk(engine, session, box)
            incoming, outgoing = proved(Protocol.IMAP, IMAP_HOST, PORT), proved(Protocol.SMTP, SMTP_HOST, PORT)
            account = desk.lay(incoming, outgoing, USERNAME, SECRET)
            account.automatic = True
            desk.write(account)
        engine.dispose()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let the servers serve; what is tested runs within."""
        imap = SmallImap({1: LETTER}, at(wants(WHOLE), self._hang))
        smtp = after_login(*whole_letter(BORIS, answer=self._answer_late))
        servers = [
            ScriptedServer(script, host=host, port=PORT, tls=server_context(host))
            for script, host in ((imap, IMAP_HOST), (smtp, SMTP_HOST))
        ]
        with servers[0], servers[1]:
            yield

    def wait_until_under_way(self) -> None:
        """Wait until a load and a sending are in their middle."""
        assert self.loading.wait(LONG_S), "nothing is loaded"
        assert self.handed_over.wait(LONG_S), "nothing is sent"

    def letter(self) -> OutgoingState:
        """Return how the letter stands; all work was given back, to be taken up again at once."""
        with opened(self.instance) as session:
            for row in session.scalars(select(Traffic)):
                assert (row.leased_by, row.trouble) == (None, None)
                if row.direction is Direction.INCOMING:
                    assert row.due_at is not None
                    assert row.due_at <= utc_now()
            return session.scalars(select(OutgoingLetter)).one().state

    def _hang(self, peer: Peer, command: bytes) -> None:
        peer.say(b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s" % (len(LETTER), LETTER[:20]))
        self.loading.set()
        try:
            peer.keep_silent()
        finally:
            self.left.set()

    def _answer_late(self, peer: Peer) -> None:
        self.handed_over.set()
        if self.answers and self.left.wait(LONG_S):
            peer.drip(b"250 2.0.0 taken\r\n", every_s=0.02)
        peer.keep_silent()


@pytest.fixture
def busy(tmp_path: Path) -> Busy:
    return Busy(tmp_path)


def test_a_worker_ends_in_time_and_hears_the_answer_that_comes_soon(busy: Busy) -> None:
    with busy.at_work(), working(busy.instance, busy.environment) as process:
        busy.wait_until_under_way()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=STOPPING_S)

    assert process.returncode == 0
    assert busy.letter() is OutgoingState.SENT


def test_serving_ends_in_time_and_leaves_in_doubt_what_nobody_answered_for(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.browser.served.STOPPING_S", STOPPING_S)
    busy.answers = False
    with busy.at_work(), Served(busy.instance, environment("inside") | busy.environment) as served:
        busy.wait_until_under_way()
        assert served.stop() == 0

    assert busy.letter() is OutgoingState.IN_DOUBT


def test_of_two_workers_one_leads_and_nothing_runs_twice(instance: Path) -> None:
    with MuteServer() as server, working(instance) as first:
        assert server.arrived.wait(LONG_S)
        with working(instance) as second:
            assert said_first(second).startswith("Mailroom receives")
            assert (leader(instance), server.connections) == (first.pid, 1)
            server.arrived.clear()
            os.kill(first.pid, signal.SIGKILL)
            first.wait()

            assert server.arrived.wait(LONG_S), "the other one does not take over"

            assert (leader(instance), server.connections) == (second.pid, 2)


def leader(instance: Path) -> int:
    """Return the process that leads."""
    with opened(instance) as session:
        return int(session.scalars(select(Lease)).one().holder.split("|")[2])


def said_first(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()
