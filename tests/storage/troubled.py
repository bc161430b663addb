"""An office whose accounts fail and heal as a worker writes it down, with a clock that obeys."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from tests.storage.makers import IMAP, SMTP, lay_account, person
from tests.storage.rows import NOON
from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.base import new_token
from webapp.storage.endings import do_nothing, fail, succeed
from webapp.storage.leasing import lease
from webapp.storage.models import Account, Notice, NoticeCopy, NoticeKind, Traffic, User
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, keep_rows
from webapp.storage.troubles import look_after_troubles, trouble_began, trouble_ended

INCOMING, OUTGOING = Direction.INCOMING, Direction.OUTGOING
SILENT = Problem(ProblemKind.CONNECTION_TIMED_OUT, "imap.uspeh.test", 993)
THREADS = 6
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, "no such password")


@dataclass
class Trouble:
    """What a worker writes down of one direction after another; each in a transaction, as it does."""

    engine: Engine
    session: Session
    box: SecretBox
    now: datetime = field(default=NOON)

    def __post_init__(self) -> None:
        self.factory = sessionmaker(self.engine)
        self.anna = person(self.session, is_admin=True)
        self.boris = person(self.session, "boris")

    def account(
        self, owner: User | None, address: str = "boris@uspeh.test", *, system: bool = False, incoming: bool = True
    ) -> Account:
        """Return an account that works by itself, with its rows."""
        account = lay_account(
            self.session,
            self.box,
            owner.id if owner else None,
            self.anna.id,
            address=address,
            system=system,
            automatic=True,
            incoming=IMAP if incoming else None,
            outgoing=SMTP,
        )
        keep_rows(self.session, self.now)
        self.session.commit()
        return account

    def system(self) -> Account:
        """Return the system account, set up."""
        return self.account(None, "robot@uspeh.test", system=True, incoming=False)

    def later(self, **by: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**by)
        return self.now

    def fails(
        self, account: Account, direction: Direction = INCOMING, problem: Problem = SILENT, *, times: int = 1
    ) -> None:
        """Let a direction fail, a minute apart, as a worker tells it."""
        for number in range(times):
            self.later(minutes=1 if number else 0)
            with self.factory.begin() as session:
                post, holder = self._leased(session, account, direction)
                row = fail(session, post, holder, self.now, problem)
                if row is not None:
                    trouble_began(session, row, self.now)

    def works(self, account: Account, direction: Direction = INCOMING) -> None:
        """Let a direction work again."""
        with self.factory.begin() as session:
            post, holder = self._leased(session, account, direction)
            if succeed(session, post, holder, self.now) is not None:
                trouble_ended(session, account.id, direction, self.now)

    def has_nothing_to_do(self, account: Account, direction: Direction = OUTGOING) -> None:
        """Let a direction find that there is nothing left to do."""
        with self.factory.begin() as session:
            do_nothing(session, *self._leased(session, account, direction), self.now)

    def look(self) -> None:
        """Let the leader look."""
        with self.factory.begin() as session:
            look_after_troubles(session, self.now)

    def told(self, *kinds: NoticeKind) -> list[Notice]:
        """Return what was told, the oldest first."""
        self.session.rollback()
        found = select(Notice).order_by(Notice.id).execution_options(populate_existing=True)
        return [one for one in self.session.scalars(found) if not kinds or one.kind in kinds]

    def copies(self, notice: Notice) -> dict[str, NoticeCopy]:
        """Return who was told it."""
        found = select(NoticeCopy).where(NoticeCopy.notice_id == notice.id).execution_options(populate_existing=True)
        return {one.user.name: one for one in self.session.scalars(found)}

    def row(self, account: Account, direction: Direction = INCOMING) -> Traffic:
        """Return a row as it is now."""
        self.session.rollback()
        return self.session.get_one(Traffic, (account.id, direction), populate_existing=True)

    def _leased(self, session: Session, account: Account, direction: Direction) -> tuple[Post, str]:
        row = session.get_one(Traffic, (account.id, direction))
        row.due_at = self.now
        session.flush()
        post, holder = Post(account.id, direction), new_token()
        assert lease(session, post, holder, self.now)
        return post, holder


def side_by_side(work: Callable[[], object]) -> None:
    """Let several threads begin the same at the same moment."""
    start, failures = threading.Barrier(THREADS), []

    def begin() -> None:
        start.wait()
        try:
            work()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=begin) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
