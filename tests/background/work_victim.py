"""A process of its own that works until it is killed: `python -m tests.background.work_victim FILE QUEUE KEY`.

It prints each post it has begun and hangs at it; with what it had written
before it hung, as receiving does after each portion.
"""

import sys
import threading
from pathlib import Path

from sqlalchemy.orm import sessionmaker

from tests.scripted import network_to
from webapp.background.refusals import StoredRefusals
from webapp.background.service import Background
from webapp.background.work import Work
from webapp.background.worker import Duties, Means
from webapp.storage.base import utc_now
from webapp.storage.database import make_engine
from webapp.storage.models import Notice, NoticeKind
from webapp.storage.secrets import SecretBox


def main(database_file: str, queue_file: str, key: str) -> None:
    """Work for ever."""
    factory = sessionmaker(make_engine(f"sqlite:///{database_file}"))
    network = network_to()
    means = Means(factory, SecretBox((key,)), lambda: network, StoredRefusals(utc_now), utc_now)
    Background(means, Duties(hang, hang), Path(queue_file)).open()
    threading.Event().wait()


def hang(work: Work) -> None:
    """Write something, tell that it has begun, and never end."""
    work.entered = True
    note(work)
    sys.stdout.write(f"{work.post.account_id}\n")
    sys.stdout.flush()
    threading.Event().wait()


def note(work: Work) -> None:
    """Leave a trace that a piece of work has written."""
    with work.writing() as session:
        session.add(Notice(kind=NoticeKind.TEST, account_id=work.post.account_id, subject=work.holder))


if __name__ == "__main__":
    main(*sys.argv[1:])
