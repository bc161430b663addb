"""What `mailroom worker` does, in a process that ends without warning at a step chosen beforehand.

A step is a statement, a commit, or bytes that go or come; the kill is a real
`kill -9`, so nothing is tidied up.
"""

import os
import signal
from collections.abc import Callable, Mapping
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


def work_until(last_step: int, environment: Mapping[str, str]) -> None:
    """Receive and send; never returns."""
    MOST[Way.WITH_OTHERS] = LETTERS_AT_ONCE
    fate = Fate(last_step)
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, moment, fate.step)
    BlockingChannel.receive = fate.around(BlockingChannel.receive)  # type: ignore[method-assign]
    BlockingChannel.send = fate.around(BlockingChannel.send)  # type: ignore[method-assign]
    settings = open_instance(load(environment))
    with means_of(settings) as means:
        background_of(settings, means).open()
        signal.pause()
