"""An office whose mail server can go away, and whose clock stands still unless a test moves it.

Real servers of the lab; one process leads and works, in the thread of the test.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

from imapclient import IMAPClient
from sqlalchemy import select

from tests.background.office import Clock
from tests.background.receiving.maildir import HOST
from tests.background.sending.outgoing import Desk, proved
from tests.background.test_leases import Book
from tests.lab.clients import tls_context
from tests.lab.lab import Lab
from tests.mail.clients.test_real_servers import SMTP, STRICT
from tests.mail.test_real_servers import network_of
from tests.storage.makers import lay_account
from webapp.background.duties import TOLD_AFTER, chores_of, duties_of
from webapp.background.leader import Leader
from webapp.background.noticing import Noticing
from webapp.background.refusals import StoredRefusals
from webapp.background.watch import Watch
from webapp.background.worker import Means, Worker
from webapp.instance import open_instance
from webapp.mail.settings import Credentials, Direction, Protocol
from webapp.settings import load
from webapp.storage.base import utc_now
from webapp.storage.models import Folder, Letter, Notice, NoticeCopy, NoticeKind, Traffic
from webapp.storage.standing import DirectionState, standing
from webapp.storage.traffic import Post, keep_rows
from webapp.storage.users import create_user
from webapp.web.notices.letters import NoticeLetters

ANNA, BORIS = "anna@uspeh.test", "boris@uspeh.test"
ROBOT, TO_ANNA, TO_BORIS = (f"{name}@strict.test" for name in ("anna", "vera", "boris"))
INCOMING, OUTGOING = Direction.INCOMING, Direction.OUTGOING
MOST_ROUNDS = 20

Told = Counter[tuple[str, NoticeKind, Direction | None]]
"""How often whom was told what, of which direction."""


class StandingClock(Clock):
    """The time it was made, shifted by as much as a test says."""

    def __init__(self) -> None:
        super().__init__()
        self._made_at = utc_now()

    def __call__(self) -> datetime:
        return self._made_at + self.shift


@dataclass
class Office:
    """Anna receives and sends by a server that can go away, the system account sends by another one.

    Boris is the administrator.
    """

    desk: Desk
    lab: Lab
    folder: Path
    book: Book = field(default_factory=Book)
    pauses: dict[Direction, list[timedelta]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Lay the accounts, and let one process lead and work."""
        desk, lab, clock = self.desk, self.lab, self.desk.clock
        boris = create_user(desk.session, "boris", is_admin=True)
        desk.anna.notice_address, boris.notice_address = TO_ANNA, TO_BORIS
        incoming, outgoing = proved(Protocol.IMAP, HOST, 993, ANNA), proved(Protocol.SMTP, SMTP.host, SMTP.port, ANNA)
        self.account = desk.lay(incoming, outgoing, ANNA, lab.mailbox(ANNA).password)
        self.account.automatic = True
        self._lay_robot(boris.id)
        network, settings = network_of(lab), open_instance(load({"MAILROOM_INSTANCE": str(self.folder)}))
        means = Means(desk.factory, desk.box, lambda: network, StoredRefusals(clock), clock, desk.zone)
        noticing = Noticing(desk.factory, NoticeLetters(settings), clock, desk.zone)
        self._worker = Worker(means, duties_of(noticing), Watch(desk.factory, clock), on_end=lambda: None)
        self._leader = Leader(desk.factory, self.book, clock, chores_of(means, noticing))

    def work(self) -> None:
        """Let everything be done that is due by now, and a moment later what comes of it; note how long each waits."""
        for _ in range(MOST_ROUNDS):
            self._leader.look()
            posts, self.book.posts = self.book.posts, []
            for post in posts:
                self._worker.carry_out(post)
                self._note_pause(post)
            if not posts:
                return
            self.later(TOLD_AFTER)
        raise AssertionError("the work does not end")

    def time_passes(self, end: datetime) -> Iterator[None]:
        """Let time pass from one try to the next; after each the test can look."""
        while (next_at := min(state.next_at or end for state in self.states())) < end:
            self.later(next_at - self.desk.clock())
            self.work()
            yield
        self.later(end - self.desk.clock())

    def later(self, by: timedelta) -> None:
        """Move the clock."""
        self.desk.clock.shift += by

    def server_goes(self) -> None:
        """Let the account's servers be where nothing listens."""
        for host in (HOST, SMTP.host):
            self.lab.dns.override(host, "A", [self.lab.network.refusing])

    def server_comes_back(self) -> None:
        """Let them be where they were."""
        for host in (HOST, SMTP.host):
            self.lab.dns.override(host, "A")

    def states(self) -> tuple[DirectionState, DirectionState]:
        """Return how receiving and sending stand."""
        session, now = self.desk.session, self.desk.clock()
        session.expire_all()
        incoming, outgoing = (session.get(Traffic, (self.account.id, direction)) for direction in Direction)
        return (
            standing(self.account, INCOMING, incoming, True, now),
            standing(self.account, OUTGOING, outgoing, True, now),
        )

    def told(self) -> Told:
        """Return what stands in people's lists."""
        self.desk.session.rollback()
        copies = self.desk.session.scalars(select(NoticeCopy).join(Notice)).all()
        return Counter((one.user.name, one.notice.kind, one.notice.direction) for one in copies)

    def stored(self) -> Counter[tuple[str, str]]:
        """Return how often a letter, by its Message-ID, is in a folder."""
        self.desk.session.rollback()
        rows = self.desk.session.execute(select(Folder.name, Letter.message_id).join(Letter.folder))
        return Counter((name, message_id) for name, message_id in rows)

    def with_boris(self) -> Counter[str]:
        """Return what an independent program finds in Boris's mailbox."""
        address = self.lab.network.of(HOST)
        with IMAPClient(address, 993, ssl_context=tls_context(self.lab, HOST)) as client:
            client.login(BORIS, self.lab.mailbox(BORIS).password)
            client.select_folder("INBOX", readonly=True)
            letters = client.fetch(client.search(), ["BODY.PEEK[]"]).values()
        return Counter(message_id_of(one[b"BODY[]"]) for one in letters)

    def _lay_robot(self, by: int) -> None:
        desk = self.desk
        lay_account(
            desk.session,
            desk.box,
            None,
            by,
            address=ROBOT,
            system=True,
            incoming=None,
            outgoing=proved(Protocol.SMTP, STRICT.host, STRICT.port, ROBOT),
            credentials=Credentials(self.lab.mailbox(ROBOT).password),
        )
        keep_rows(desk.session, desk.clock())
        desk.session.commit()

    def _note_pause(self, post: Post) -> None:
        row = self.desk.session.get_one(Traffic, (post.account_id, post.direction), populate_existing=True)
        if row.trouble is not None and row.due_at is not None:
            self.pauses[post.direction].append(row.due_at - self.desk.clock())
        self.desk.session.rollback()


def message_id_of(raw: bytes) -> str:
    """Return what tells a letter from all others."""
    return str(message_from_bytes(raw)["Message-ID"])
