"""The queue that wakes workers: huey with a file of its own. It only wakes; the rows are the truth (DESIGN 8)."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import SqliteHuey
from huey.consumer import Consumer
from huey.consumer import Worker as Poller
from huey.registry import Message
from huey.serializer import Serializer

from webapp.mail.settings import Direction
from webapp.storage.traffic import Post

THREADS = {Direction.INCOMING: 6, Direction.OUTGOING: 3}
IDLE_S = 1.0  # what another process has put into the queue is found by looking
RARELY_S = 60  # nothing is ever put off in the queue itself


class PlainText(Serializer):  # type: ignore[misc]  # the library has no type information
    """Tasks as JSON: nothing in the file can run, and anybody can see that it holds no secret."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


class PatientPoller(Poller):  # type: ignore[misc]
    """Looks at once when somebody in this process rings, else now and then."""

    def sleep(self) -> None:
        """Wait for the bell."""
        self.huey.bell.acquire(timeout=IDLE_S)


class QuietConsumer(Consumer):  # type: ignore[misc]
    """A consumer that leaves the signals to the program it is part of."""

    worker_class = PatientPoller

    def _set_signal_handlers(self) -> None:
        """Set none."""


class Queue:
    """Takes posts from whoever finds them due, and lets threads of this process carry them out.

    Each direction has threads of its own: no letter waits to leave while large mailboxes come in.
    """

    def __init__(self, file: Path, carry_out: Callable[[Post], None]) -> None:
        logging.getLogger("huey").setLevel(logging.WARNING)  # below that it tells of every task
        self._lanes = {direction: Lane(file, direction, carry_out) for direction in THREADS}

    def start(self) -> None:
        """Start the threads."""
        for lane in self._lanes.values():
            lane.start()

    def put(self, post: Post) -> None:
        """Wake one thread for a post."""
        self._lanes[post.direction].put(post)

    def pending(self) -> set[Post]:
        """Return what nobody has taken yet."""
        return {post for lane in self._lanes.values() for post in lane.pending()}

    def halt(self) -> None:
        """Take nothing any more; what is being carried out goes on."""
        for lane in self._lanes.values():
            lane.halt()

    def close(self, wait_s: float) -> bool:
        """Halt and wait for the threads; return whether all have ended."""
        self.halt()
        give_up_at = time.monotonic() + wait_s
        return all([lane.ended(give_up_at) for lane in self._lanes.values()])


class Lane:
    """What is put for one direction, and the threads that take it."""

    def __init__(self, file: Path, direction: Direction, carry_out: Callable[[Post], None]) -> None:
        self._threads = THREADS[direction]
        self._huey = _opened(file, direction)
        self._huey.bell = self._bell = threading.Semaphore(0)

        def carry_out_post(account_id: int, direction: str) -> None:
            carry_out(Post(account_id, Direction(direction)))

        self._task = self._huey.task()(carry_out_post)
        self._consumer: QuietConsumer | None = None

    def start(self) -> None:
        """Start the threads."""
        options = {"periodic": False, "scheduler_interval": RARELY_S, "check_worker_health": False}
        self._consumer = QuietConsumer(self._huey, workers=self._threads, **options)
        self._consumer.start()

    def put(self, post: Post) -> None:
        """Wake one thread for a post."""
        self._task(post.account_id, post.direction.value)
        self._bell.release()

    def pending(self) -> set[Post]:
        """Return what nobody has taken yet."""
        return {Post(task.args[0], Direction(task.args[1])) for task in self._huey.pending()}

    def halt(self) -> None:
        """Take nothing any more."""
        if self._consumer is not None:
            self._consumer.stop_flag.set()
            self._bell.release(self._threads)

    def ended(self, give_up_at: float) -> bool:
        """Wait for the threads until then; return whether all have ended."""
        if self._consumer is None:
            return True
        threads = [thread for _poller, thread in self._consumer.worker_threads]
        for thread in threads:
            thread.join(max(0.0, give_up_at - time.monotonic()))
        ended = not any(thread.is_alive() for thread in threads)
        if ended:
            self._huey.storage.close()
        return ended


def _opened(file: Path, name: str) -> SqliteHuey:
    """Return a queue of the file; a file that cannot be read any more is made anew, for nothing in it is missed."""
    options: dict[str, Any] = {"results": False, "serializer": PlainText(), "cache_mb": 1}
    try:
        return SqliteHuey(name, filename=str(file), **options)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        file.unlink()
        return SqliteHuey(name, filename=str(file), **options)
