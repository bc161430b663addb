"""Where the letters of one folder are stored as they come: one portion, one transaction, and how far it is."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from webapp.background.receiving.progress import Progress
from webapp.background.work import Work, WorkLost
from webapp.storage import uidls
from webapp.storage.arriving import store_all
from webapp.storage.letters import Arrived
from webapp.storage.models import Folder


class Intake:
    """Stores letters of one folder, and tells how many of them are still waiting. Used as `with`.

    A portion is committed beside the waiting for the next one, for that is
    mostly waiting for the disk; only then the next one is stored.
    """

    def __init__(self, work: Work, folder_id: int, progress: Progress) -> None:
        self._work = work
        self._folder_id = folder_id
        self._progress = progress
        self._waiting = 0
        self._passed_over = 0
        self._beside = ThreadPoolExecutor(max_workers=1)
        self._committed: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._beside.shutdown()
        if kind is None:
            self._await_commit()

    def expect(self, letters: int) -> None:
        """Tell how many letters are to be looked at."""
        self._waiting += letters
        with self._work.writing() as session:
            session.get_one(Folder, self._folder_id).waiting = self._waiting
            self._progress.count(session, more=letters)

    def pass_over(self, letters: int) -> None:
        """Count letters that do not come in, together with the next that do."""
        self._passed_over += letters

    def keep(self, arrived: Sequence[Arrived], *, done: int, left_out: Sequence[str] = ()) -> None:
        """Store letters; what is there already stays as it is. `left_out` are keys not to be asked for again (POP3)."""
        done += self._passed_over
        self._waiting -= done
        self._await_commit()
        with ExitStack() as transaction:
            session = transaction.enter_context(self._work.writing())
            folder = session.get(Folder, self._folder_id)
            if folder is None:
                raise WorkLost
            now = self._work.clock()
            store_all(session, folder, arrived, now=now)
            uidls.remember(session, folder.account_id, left_out, now=now)
            folder.waiting = max(self._waiting, 0)
            self._progress.count(session, done=done)
            self._committed = self._beside.submit(transaction.pop_all().close)
        self._passed_over = 0

    def _await_commit(self) -> None:
        if self._committed is not None:
            self._committed.result()
