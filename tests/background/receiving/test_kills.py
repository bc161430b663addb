"""`kill -9` at any step of receiving by POP3 from a server that keeps nothing: no letter is lost, none comes twice.

The whole worker is killed in `tests.background.kills`, by IMAP and where the server keeps the letters.
Ten kills by default; `make soak` asks for more.
"""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from tests.background.receiving.conftest import ADDRESS
from tests.background.receiving.desk import Desk, in_lab
from tests.background.receiving.maildir import Maildir, letter
from webapp.mail.settings import Protocol
from webapp.storage.models import Blob, KnownUidl, Letter
from webapp.storage.secrets import SecretBox

KILLS = int(os.environ.get("MAILROOM_KILLS", "10"))
LATEST_STEP = 160  # a round of so few letters takes about so many
KILLED = "-9\n"


@contextmanager
def victims(desk: Desk, maildir: Maildir, database_file: Path, key: str) -> Iterator[subprocess.Popen[str]]:
    """Return the process whose children receive and die."""
    command = [sys.executable, "-m", "tests.background.receiving.victim"]
    arguments = [str(database_file), key, str(desk.post.account_id)]
    environment = {**os.environ, **maildir.lab.environment()}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([*command, *arguments], env=environment, text=True, **pipes)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.communicate(timeout=30)


def let_die(process: subprocess.Popen[str], step: int, minutes: int) -> bool:
    """Let a child receive until a step; tell whether it came that far."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{step} {minutes}\n")
    process.stdin.flush()
    end = process.stdout.readline()
    assert end in (KILLED, "0\n"), "the victim could not work"
    return end == KILLED


def subject_of(raw: bytes) -> str:
    return raw.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode()


def stored(desk: Desk) -> Counter[str]:
    desk.session.rollback()
    return Counter(desk.session.scalars(select(Letter.subject)))


def check_whole(desk: Desk) -> None:
    """See to it that every letter has its bytes and its words, and nothing is left over."""
    letters = desk.session.scalars(select(Letter)).all()
    assert all(len(desk.raw(one)) == one.size and subject_of(desk.raw(one)) == one.subject for one in letters)
    found = set(desk.session.scalars(text("SELECT rowid FROM letter_texts")))
    assert found == {one.id for one in letters}
    assert desk.session.scalar(select(func.count()).select_from(Blob)) >= len(letters)  # type: ignore[operator]


@pytest.fixture
def key() -> str:
    return SecretBox.new_key()


def test_every_letter_that_leaves_the_server_is_here_once(
    engine: Engine, session: Session, maildir: Maildir, database_file: Path, key: str
) -> None:
    desk = in_lab(engine, session, SecretBox((key,)), maildir.lab, ADDRESS, Protocol.POP3, None)
    desk.account.keep_on_server = False
    session.commit()
    chance, deaths, sent = random.Random(7), 0, 0
    with victims(desk, maildir, database_file, key) as process:
        for number in range(KILLS):
            for _ in range(chance.randint(2, 7)):
                maildir.put(letter(f"{sent}"))
                sent += 1
            deaths += let_die(process, chance.randint(1, LATEST_STEP), 5 * number)
            assert max(stored(desk).values(), default=0) <= 1
        assert not let_die(process, 0, 5 * KILLS)

    assert deaths > KILLS // 2
    assert stored(desk) == Counter(f"{number}" for number in range(sent))
    assert maildir.letters() == []
    assert desk.session.scalar(select(func.count()).select_from(KnownUidl)) == sent
    check_whole(desk)
