"""Everything that works by itself in one process: the leader, the queue, its threads, and the watch over them."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from webapp.background.leader import Chore, Leader
from webapp.background.queue import Queue
from webapp.background.watch import Watch
from webapp.background.worker import Duties, Means, Worker

log = logging.getLogger(__name__)

CLOSING_S = 5.0


class Background:
    """Receives and sends. Make it in the process that does, after any fork; it opens its queue at once."""

    def __init__(self, means: Means, duties: Duties, queue_file: Path, chores: Sequence[Chore] = ()) -> None:
        self._watch = Watch(means.session_factory, means.clock)
        self._worker = Worker(means, duties, self._watch, on_end=self.wake)
        self._queue = Queue(queue_file, self._worker.carry_out)
        self._leader = Leader(means.session_factory, self._queue, means.clock, chores)

    def open(self) -> None:
        """Start the threads."""
        self._watch.start()
        self._queue.start()
        self._leader.start()

    def wake(self) -> None:
        """Look now for what is due, not with the next round; safe from any thread."""
        self._leader.wake()

    def halt(self) -> None:
        """Begin nothing any more and end what is under way: every wait on the network ends at once."""
        self._queue.halt()
        self._watch.end_all()

    def close(self, wait_s: float = CLOSING_S) -> None:
        """Halt, and see to it that every lease is given back; safe to repeat. Leader and work share the time."""
        self.halt()
        give_up_at = time.monotonic() + wait_s
        self._leader.close(wait_s)
        if not self._queue.close(max(0.0, give_up_at - time.monotonic())):
            log.warning("work did not end in time; its leases are given back")
            self._worker.give_back_all()
        self._watch.close()
