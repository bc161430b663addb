"""What a piece of work in the background has at hand: the network, the database, and whether it may go on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from webapp.mail.clients.access import Connections
from webapp.net.network import Network
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, hold, tell_progress


class WorkLost(Exception):
    """Somebody else has the work by now: whatever is under way is forgotten, nothing is written."""


class WorkStopped(Exception):
    """A person pressed Stop, or the program ends: what was written stays, the rest comes another time."""


@dataclass
class Work:
    """One direction of one account, leased by `holder` and being worked at in a thread of its own.

    `stopped` is set from outside; `connections` are closed with it, so that
    every wait on the network ends at once.
    """

    post: Post
    holder: str
    network: Network
    session_factory: sessionmaker[Session]
    box: SecretBox
    clock: Callable[[], datetime]
    connections: Connections = field(default_factory=Connections)
    stopped: bool = False

    def stop(self) -> None:
        """End the work from another thread; safe to repeat."""
        self.stopped = True
        self.connections.close()

    def go_on(self) -> None:
        """Raise `WorkStopped` if the work is to end here."""
        if self.stopped:
            raise WorkStopped

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open the database to look something up."""
        with self.session_factory() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that only commits while the work is ours; raises `WorkLost`, `WorkStopped`."""
        self.go_on()
        with self.session_factory.begin() as session:
            if not hold(session, self.post, self.holder, self.clock()):
                raise WorkLost
            yield session

    def tell(self, done: int, total: int) -> None:
        """Show people how far a long load is."""
        with self.session_factory.begin() as session:
            tell_progress(session, self.post, self.holder, done, total)
