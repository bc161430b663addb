"""A process of its own whose children do what `mailroom worker` does, until they are killed without warning.

`python -m tests.background.kills.victim` reads orders, one a line: the step to die at, or 0. Each is carried out by a
child, whose id is printed, and then its end. A step is a statement, a commit, or bytes that go or come; the kill is a
real `kill -9`, so nothing is tidied up.
"""

import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import Engine, event

from webapp.background.receiving.portions import MOST
from webapp.background.receiving.suspects import Way
from webapp.instance import open_instance
from webapp.net.blocking_channel import BlockingChannel
from webapp.office_background import background_of, means_of
from webapp.settings import load

LETTERS_AT_ONCE = 3


class Fate:
    """Kills this process at its last step, whichever thread takes it."""

    def __init__(self, last: int) -> None:
        self._last = last
        self._steps = count(1)

    def step(self, *_: object) -> None:
        """Take a step."""
        if next(self._steps) == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return an act with a step before it and one after."""

        def stepping(*args: Any) -> Any:
            self.step()
            result = act(*args)
            self.step()
            return result

        return stepping


def work(last_step: int) -> None:
    """Receive and send until somebody kills this process, or whoever wants its work is gone."""
    MOST[Way.WITH_OTHERS] = LETTERS_AT_ONCE
    fate = Fate(last_step)
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, moment, fate.step)
    BlockingChannel.receive = fate.around(BlockingChannel.receive)  # type: ignore[method-assign]
    BlockingChannel.send = fate.around(BlockingChannel.send)  # type: ignore[method-assign]
    settings = open_instance(load(os.environ))
    with means_of(settings) as means:
        background_of(settings, means).open()
        os.read(sys.stdin.fileno(), 1)


def main() -> None:
    """Carry out orders."""
    while order := sys.stdin.readline():
        child = os.fork()
        if not child:
            work(int(order))
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
