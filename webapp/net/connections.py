"""The open connections of one piece of work, so that somebody else can end them all at once."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from webapp.net.blocking import BlockingSocket
from webapp.net.problems import Problem, ProblemKind, Trouble

Result = TypeVar("Result")


class Connections:
    """Knows everything a thread at work waits for on the network.

    `close` may come from any thread and ends every wait with `Trouble`
    (CONNECTION_LOST); who gets that looks at `closed` to tell it from a fault of
    the server. Nothing new can be opened afterwards.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._sockets: set[BlockingSocket] = set()
        self._openings: set[Callable[[], None]] = set()

    def __len__(self) -> int:
        return len(self._sockets) + len(self._openings)

    @property
    def closed(self) -> bool:
        """Tell whether everything was ended from outside."""
        return self._closed

    def run(self, opening: Coroutine[Any, Any, Result]) -> Result:
        """Carry out what opens a connection, in a loop of this thread's own."""
        try:
            return asyncio.run(self._cancellable(opening))
        except asyncio.CancelledError:
            raise _ended() from None

    def adopt(self, connected: BlockingSocket) -> None:
        """Take charge of a connection until it closes; raises `Trouble` where all is over already."""
        connected.on_close = self._forget
        with self._lock:
            over = self._closed
            if not over:
                self._sockets.add(connected)
        if over:
            connected.close()
            raise _ended()

    def close(self) -> None:
        """End every wait and every connection at once; safe to call twice."""
        with self._lock:
            self._closed = True
            for cancel in self._openings:
                cancel()  # under the lock: its loop cannot have ended meanwhile
            sockets = list(self._sockets)
        for connected in sockets:
            connected.close()

    async def _cancellable(self, opening: Coroutine[Any, Any, Result]) -> Result:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(opening)

        def cancel() -> None:
            loop.call_soon_threadsafe(task.cancel)

        with self._lock:
            self._openings.add(cancel)
            if self._closed:
                task.cancel()
        try:
            return await task
        finally:
            with self._lock:
                self._openings.discard(cancel)

    def _forget(self, connected: BlockingSocket) -> None:
        with self._lock:
            self._sockets.discard(connected)


def _ended() -> Trouble:
    return Trouble(Problem(ProblemKind.CONNECTION_LOST))
