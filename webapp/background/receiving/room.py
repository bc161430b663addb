"""Room in memory for letters on their way, shared by all work of a process: of large ones few come at the same time."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

ROOM = 64 * 1024 * 1024
LOOK_S = 0.2


class Room:
    """So many bytes, for all threads."""

    def __init__(self, size: int = ROOM) -> None:
        self.size = size
        self._free = size
        self._changed = threading.Condition()

    def take(self, size: int, wait_s: float = 0) -> bool:
        """Take room if there is, or comes in time."""
        with self._changed:
            there = self._changed.wait_for(lambda: size <= self._free, wait_s)
            self._free -= size if there else 0
            return there

    def give_back(self, size: int) -> None:
        """Give room back."""
        with self._changed:
            self._free += size
            self._changed.notify_all()


OF_THE_PROCESS = Room()


class Share:
    """What one piece of work holds of the room. Used as `with`."""

    def __init__(self, go_on: Callable[[], None], room: Room | None = None) -> None:
        self._go_on = go_on
        self._room = room or OF_THE_PROCESS
        self._held = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_back()

    def exchange(self, size: int) -> None:
        """Give back what is held, then wait for as much as is wanted; who wants more than all gets all.

        Nobody who waits holds anything, so nobody waits for ever; `go_on` raises what ends the wait.
        """
        self._give_back()
        size = min(size, self._room.size)
        while not self._room.take(size, LOOK_S):
            self._go_on()
        self._held = size

    def grow(self, size: int) -> bool:
        """Take more if there is."""
        if not self._room.take(size):
            return False
        self._held += size
        return True

    def _give_back(self) -> None:
        self._room.give_back(self._held)
        self._held = 0
