"""Bytes kept once: in pieces, whoever puts them, until nobody refers to them any more."""

import hashlib
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event, func, select
from sqlalchemy.orm import Session

from tests.storage.letters import arrived, folder_row, stored
from tests.storage.makers import person
from tests.storage.rows import NOON, account_row
from webapp.storage import blobs
from webapp.storage.base import new_token
from webapp.storage.letters import store, vanished
from webapp.storage.models import Account, Blob, BlobPiece, OutgoingFile, OutgoingLetter

PIECE = 256 * 1024
LATER = NOON + timedelta(days=1)
WRITERS = 4


@pytest.fixture
def account(session: Session) -> Account:
    return account_row(session, person(session, "anna"))


def known(session: Session) -> set[str]:
    return set(session.scalars(select(Blob.sha256)))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_bytes_come_back_as_they_were(session: Session, size: int) -> None:
    data = bytes(number % 251 for number in range(size))

    sha256 = blobs.put(session, data)

    assert sha256 == hashlib.sha256(data).hexdigest()
    assert blobs.read(session, sha256) == data
    assert all(0 < len(piece) <= PIECE for piece in blobs.pieces_of(session, sha256))
    assert session.get_one(Blob, sha256).size == size


def test_the_same_bytes_are_kept_once(session: Session) -> None:
    assert blobs.put_once(session, b"twice") == (hashlib.sha256(b"twice").hexdigest(), True)
    assert blobs.put_once(session, b"twice") == (hashlib.sha256(b"twice").hexdigest(), False)

    assert session.scalar(select(func.count()).select_from(BlobPiece)) == 1


def test_of_a_hash_nobody_knows_there_are_no_bytes(session: Session) -> None:
    assert blobs.read(session, "0" * 64) == b""


def test_writers_at_the_same_moment_keep_the_same_bytes_once(engine: Engine) -> None:
    start, failures = threading.Barrier(WRITERS), []

    def write() -> None:
        try:
            with Session(engine) as own:
                start.wait()
                for number in range(20):
                    blobs.put(own, b"%d" % number * 1000)
                    own.commit()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with Session(engine) as session:
        assert len(known(session)) == 20


def test_what_is_referred_to_is_never_swept(session: Session, account: Account) -> None:
    letter = stored(session, folder_row(session, account))
    outgoing = OutgoingLetter(id=new_token(), account=account, sha256=blobs.put(session, b"finished"))
    file = OutgoingFile(letter_id=outgoing.id, name="a", content_type="a/b", size=8, sha256=blobs.put(session, b"file"))
    session.add(outgoing)
    session.flush()
    session.add(file)
    session.flush()
    unused = blobs.put(session, b"unused")
    kept = {letter.sha256, outgoing.sha256, file.sha256}

    assert blobs.sweep(session, now=LATER + timedelta(days=36500)) == 1

    assert known(session) == kept
    assert blobs.read(session, unused) == b""
    assert session.scalar(select(func.count()).select_from(BlobPiece)) == 3


def test_bytes_that_came_lately_are_left_to_whoever_put_them(session: Session) -> None:
    blobs.put(session, b"new", now=NOON)

    assert blobs.sweep(session, now=NOON + timedelta(minutes=59)) == 0
    assert blobs.sweep(session, now=NOON + timedelta(minutes=61)) == 1


def test_bytes_put_again_count_as_new(session: Session) -> None:
    blobs.put(session, b"old", now=NOON)
    blobs.put(session, b"old", now=LATER)

    assert blobs.sweep(session, now=LATER + timedelta(minutes=59)) == 0


def test_bytes_last_as_long_as_the_last_letter_of_them(session: Session, account: Account) -> None:
    first, second = folder_row(session, account), folder_row(session, account, "Other")
    stored(session, first)
    stored(session, second)
    forever = LATER + timedelta(days=36500)

    vanished(session, first, [1])
    assert blobs.sweep(session, now=forever) == 0
    vanished(session, second, [1])
    assert blobs.sweep(session, now=forever) == 1


def test_much_is_swept_bit_by_bit(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "PORTION", 2)
    for number in range(5):
        blobs.put(session, b"%d" % number, now=NOON)

    assert [blobs.sweep(session, now=LATER) for _ in range(4)] == [2, 2, 1, 0]


def test_what_was_put_again_while_sweeping_stays(engine: Engine, account: Account, session: Session) -> None:
    folder = folder_row(session, account)
    old = blobs.put(session, b"Subject: 1\r\n\r\n", now=NOON)
    session.commit()

    def put_again(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("DELETE FROM blobs"):  # found already, and not yet deleted
            store(session, folder, arrived(1))
            session.commit()

    with Session(engine) as sweeping:
        event.listen(sweeping.connection(), "before_cursor_execute", put_again)
        assert blobs.sweep(sweeping, now=LATER) == 0
        sweeping.commit()

    assert known(session) == {old}


def test_bytes_swept_a_moment_ago_are_kept_anew(engine: Engine, session: Session) -> None:
    blobs.put(session, b"again", now=NOON)
    session.commit()
    with Session(engine) as other:
        assert blobs.sweep(other, now=LATER) == 1
        other.commit()

    sha256 = blobs.put(session, b"again")

    assert blobs.read(session, sha256) == b"again"


def test_a_letter_without_its_bytes_is_impossible(session: Session, account: Account) -> None:
    letter = stored(session, folder_row(session, account))

    with pytest.raises(Exception, match="FOREIGN KEY"):
        session.execute(delete(Blob).where(Blob.sha256 == letter.sha256))
