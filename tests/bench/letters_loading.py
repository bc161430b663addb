"""A measured process that loads one mailbox: as Mailroom does, or with a plain loop of IMAPClient.

`python -m tests.bench.letters_loading ours|plain|keeping|bare`; where the mailbox is comes
through the environment, as its password does.
"""

import email
import email.policy
import json
import os
import resource
import sqlite3
import ssl
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from imapclient import IMAPClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.bench.process import most_memory_mb
from tests.storage.makers import IMAP, lay_account, person
from webapp.background.receiving.receiving import receive
from webapp.background.work import Work
from webapp.detection.types import ProvedServer
from webapp.instance import open_instance
from webapp.mail.settings import AuthMethod, Credentials, Direction, Protocol, Security, ServerSettings
from webapp.office_background import means_of
from webapp.settings import load
from webapp.storage.base import utc_now
from webapp.storage.database import make_engine, upgrade
from webapp.storage.leasing import lease
from webapp.storage.models import Letter
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, keep_rows, want

AT_ONCE = 200  # letters of one question, as ours asks
HOST, ADDRESS, SECRET, PLACE = "BENCH_HOST", "BENCH_ADDRESS", "BENCH_SECRET", "BENCH_PLACE"


@dataclass(frozen=True)
class Load:
    """What came of loading a mailbox: letters, seconds by the clock and of this process, the most memory it held."""

    letters: int
    seconds: float
    cpu_seconds: float
    memory_mb: float


def ours() -> tuple[int, float, float]:
    """Load the mailbox into a fresh database, as a worker does."""
    with tempfile.TemporaryDirectory() as folder:
        settings = open_instance(load({**os.environ, "MAILROOM_INSTANCE": str(Path(folder) / "instance")}))
        engine = make_engine(str(settings.database_url))
        upgrade(engine)
        with Session(engine) as session:
            post = Post(_account(session, SecretBox(settings.mail_keys)), Direction.INCOMING)
        engine.dispose()
        with means_of(settings) as means:
            with means.session_factory.begin() as session:
                assert want(session, post, utc_now())
                assert lease(session, post, "bench", utc_now())
            around = (means.network(), means.session_factory, means.box, utc_now)
            began, used = time.perf_counter(), cpu_s()
            receive(Work(post, "bench", *around))
            took_s, used_s = time.perf_counter() - began, cpu_s() - used
            return _stored(means.session_factory), took_s, used_s


def plain() -> tuple[int, float, float]:
    """Receive the mailbox as IMAPClient's own example does: fetch, parse with `email`, ask for sender and subject."""

    def look(letters: dict[int, dict[bytes, Any]]) -> None:
        for said in letters.values():
            message = email.message_from_bytes(said[b"BODY[]"])
            _ = message.get("From"), message.get("Subject")

    return _fetched(look)


def keeping() -> tuple[int, float, float]:
    """Receive the mailbox as one would in twenty lines: fetch, read with `email`, keep in SQLite."""
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "plain.sqlite")) as kept:
        kept.execute("PRAGMA journal_mode = WAL")
        kept.execute("CREATE TABLE letters (uid PRIMARY KEY, at, sender, recipient, subject, text, raw)")

        def keep(letters: dict[int, dict[bytes, Any]]) -> None:
            with kept:
                kept.executemany("INSERT INTO letters VALUES (?, ?, ?, ?, ?, ?, ?)", map(_row, letters.items()))

        return _fetched(keep)


def bare() -> tuple[int, float, float]:
    """Only fetch the mailbox: nothing is read, nothing kept."""
    return _fetched(lambda letters: None)


def _fetched(keep: Callable[[dict[int, dict[bytes, Any]]], None]) -> tuple[int, float, float]:
    context = ssl.create_default_context(cafile=os.environ["MAILROOM_CA_FILE"])
    context.check_hostname = False  # it is told the address
    began, used, came = time.perf_counter(), cpu_s(), 0
    with IMAPClient(os.environ[PLACE], 993, ssl_context=context) as client:
        client.login(os.environ[ADDRESS], os.environ[SECRET])
        client.select_folder("INBOX", readonly=True)
        uids = client.search("ALL")
        for start in range(0, len(uids), AT_ONCE):
            letters = client.fetch(uids[start : start + AT_ONCE], ["FLAGS", "INTERNALDATE", "BODY.PEEK[]"])
            keep(letters)
            came += sum(b"BODY[]" in letter for letter in letters.values())
        return came, time.perf_counter() - began, cpu_s() - used


def _row(letter: tuple[int, dict[bytes, Any]]) -> tuple[Any, ...]:
    uid, said = letter
    message = email.message_from_bytes(said[b"BODY[]"], policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    at = said[b"INTERNALDATE"].isoformat()
    return uid, at, message["From"], message["To"], message["Subject"], text, said[b"BODY[]"]


def cpu_s() -> float:
    """Return the seconds this process has worked."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _account(session: Session, box: SecretBox) -> int:
    address = os.environ[ADDRESS]
    method = (AuthMethod.PASSWORD_CLEARTEXT,)
    settings = ServerSettings(Protocol.IMAP, os.environ[HOST], 993, Security.TLS, address, method)
    incoming = ProvedServer(settings, IMAP.source, True, "uspeh.test", username_fixed=True)
    credentials = Credentials(os.environ[SECRET])
    account = lay_account(
        session,
        box,
        person(session).id,
        address=address,
        automatic=True,
        incoming=incoming,
        outgoing=None,
        credentials=credentials,
    )
    keep_rows(session, utc_now())
    session.commit()
    return account.id


def _stored(session_factory: sessionmaker[Session]) -> int:
    with session_factory() as session:
        return session.scalar(select(func.count()).select_from(Letter)) or 0


WAYS: dict[str, Callable[[], tuple[int, float, float]]] = {
    "ours": ours,
    "plain": plain,
    "keeping": keeping,
    "bare": bare,
}


def main() -> None:
    """Load once and print what came of it."""
    came, took_s, used_s = WAYS[sys.argv[1]]()
    print(json.dumps(asdict(Load(came, took_s, used_s, most_memory_mb()))))


if __name__ == "__main__":
    main()
