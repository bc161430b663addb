"""What a piece of work in the background has at hand: the network, the database, and whether it may go on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TypeVar

from sqlalchemy.orm import Session, sessionmaker

from webapp.mail.clients.access import Access, Connections
from webapp.mail.settings import ServerSettings
from webapp.net.network import Network
from webapp.storage.leasing import hold, tell_progress
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post

ANSWER_AWAITED_S = 3.0  # all of the program ends within ten

Client = TypeVar("Client")
Opening = Callable[[Network, Access, Connections], Client]
"""`open_imap`, `open_pop3` or `open_smtp`: returns a client that has logged in; raises `Trouble`."""


class WorkLost(Exception):
    """Somebody else has the work by now: whatever is under way is forgotten, nothing is written."""


class WorkStopped(Exception):
    """A person pressed Stop, or the program ends: what was written stays, the rest comes another time."""


class NeedsPassword(Exception):
    """Nothing that is kept opens the server: the work waits until somebody types the password."""


class NotYet(Exception):
    """Nobody may log in to this mailbox before `until`: too many logins were refused, or others are under way."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass
class Work:
    """One direction of one account, leased by `holder` and being worked at in a thread of its own.

    `stopped` is set from outside; `connections` are closed with it, so that
    every wait on the network ends at once. `place` is held around each login
    (DESIGN 5.1). `entered` tells that some server was talked to. Days begin as
    they do in `zone`, the office's.
    """

    post: Post
    holder: str
    network: Network
    session_factory: sessionmaker[Session]
    box: SecretBox
    clock: Callable[[], datetime]
    connections: Connections = field(default_factory=Connections)
    place: Callable[[ServerSettings], AbstractContextManager[None]] = field(default=lambda settings: nullcontext())
    stopped: bool = False
    entered: bool = False
    zone: tzinfo = UTC
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _answer_awaited: bool = False

    def enter(self, opening: Opening[Client], access: Access) -> Client:
        """Log in: `work.enter(open_imap, access)`; raises `Trouble`, `WorkStopped`, and `NotYet` out of politeness."""
        self.go_on()
        with self.place(access.settings):
            self.entered = True
            return opening(self.network, access, self.connections)

    def stop(self) -> None:
        """End the work from another thread; safe to repeat.

        A server that was just handed a letter has a moment to say that it took
        it: what is in doubt is a person's trouble.
        """
        with self._lock:
            self.stopped = True
            patient = self._answer_awaited
        if not patient:
            self.connections.close()
            return
        closing = threading.Timer(ANSWER_AWAITED_S, self.connections.close)
        closing.daemon = True
        closing.start()

    @contextmanager
    def awaiting_answer(self) -> Iterator[None]:
        """Wait for an answer that is wanted even when the work is to end; raises `WorkStopped` if it ended before."""
        with self._lock:
            self.go_on()
            self._answer_awaited = True
        try:
            yield
        finally:
            with self._lock:
                self._answer_awaited = False
            if self.stopped:
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
    def writing(self, *, finishing: bool = False) -> Iterator[Session]:
        """Open a transaction that only commits while the work is ours; raises `WorkLost`, `WorkStopped`.

        What a server has answered already is to be written also when the work
        is to end here: `finishing` does.
        """
        if not finishing:
            self.go_on()
        with self.session_factory.begin() as session:
            if not hold(session, self.post, self.holder, self.clock()):
                raise WorkLost
            yield session

    def tell(self, done: int, total: int) -> None:
        """Show people how far a long load is."""
        with self.session_factory.begin() as session:
            tell_progress(session, self.post, self.holder, done, total)
