"""A process of its own that receives until it is killed at a step chosen beforehand.

`python -m tests.background.receiving.victim FILE KEY ACCOUNT` reads orders, one a line: the step to die at, and by
how many minutes the clock is ahead. Each is carried out by a child, whose end is printed. A step is a statement,
a commit, or bytes that go or come; the kill is a real `kill -9`, so nothing is tidied up.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import sessionmaker

from webapp.background.receiving.portions import MOST
from webapp.background.receiving.receiving import receive
from webapp.background.receiving.suspects import Way
from webapp.background.work import Work
from webapp.mail.settings import Direction
from webapp.net.blocking_channel import BlockingChannel
from webapp.net.network import Network
from webapp.settings import load
from webapp.storage.base import utc_now
from webapp.storage.database import make_engine
from webapp.storage.endings import leave
from webapp.storage.leasing import lease
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, want
from webapp.surroundings import build_network

LETTERS_AT_ONCE = 3


class Fate:
    """Kills this process at its last step."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def step(self, *_: object) -> None:
        """Take a step."""
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return an act that is a step as well."""

        def stepping(*args: Any) -> Any:
            self.step()
            return act(*args)

        return stepping


def work(network: Network, database_file: str, key: str, account_id: int, steps: int, minutes: int) -> None:
    """Receive, with the lease of whoever died before long lapsed."""
    engine, fate = make_engine(f"sqlite:///{database_file}"), Fate(steps)
    factory, now = sessionmaker(engine), utc_now() + timedelta(minutes=minutes)
    post, holder = Post(account_id, Direction.INCOMING), f"victim#{minutes}"
    with factory.begin() as session:
        want(session, post, now)
        if not lease(session, post, holder, now):
            raise RuntimeError("the lease has not lapsed")
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, moment, fate.step)
    BlockingChannel.receive = fate.before(BlockingChannel.receive)  # type: ignore[method-assign]
    BlockingChannel.send = fate.before(BlockingChannel.send)  # type: ignore[method-assign]
    MOST[Way.WITH_OTHERS] = LETTERS_AT_ONCE
    receive(Work(post, holder, network, factory, SecretBox((key,)), lambda: now))
    with factory.begin() as session:
        leave(session, post, holder, now)


def main(database_file: str, key: str, account_id: str) -> None:
    """Carry out orders."""
    network = build_network(load(os.environ))
    for order in sys.stdin:
        steps, minutes = map(int, order.split())
        child = os.fork()
        if not child:
            work(network, database_file, key, int(account_id), steps, minutes)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
