"""Sends what waits in an account's outbox: each letter once, as far as SMTP lets one know (RFC 5321, 4.5.4.1)."""

import re
from contextlib import ExitStack
from datetime import datetime

from webapp.background.sending.copies import keep_copies
from webapp.background.work import NeedsPassword, NotYet, Work, WorkLost, WorkStopped
from webapp.mail.clients.access import Access
from webapp.mail.clients.smtp import Smtp, open_smtp, refused_for_now
from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.storage import blobs, dispatch, doubts
from webapp.storage.accesses import access_of
from webapp.storage.dispatch import Parcel
from webapp.storage.giving_up import give_up
from webapp.storage.models import Account
from webapp.storage.sent_copies import note_sent

NOBODY = 0  # no person has this id: the program's own letters leave by remembered passwords only
REPLY = re.compile(r"[45][0-9]{2}(?![0-9])")
OF_THE_LETTER = (ProblemKind.SENDER_REFUSED, ProblemKind.RECIPIENT_REFUSED, ProblemKind.LETTER_REFUSED)


def send(work: Work) -> datetime | None:
    """Send all that may leave now; return when the next letter is to be tried.

    Raises `Trouble` for what befell the connection (the letters wait), and
    `NeedsPassword` where nothing opens the server for those whose letters wait.
    """
    with work.writing() as session:
        doubts.settle(session, work.post.account_id, work.clock())
    sending, trouble = Sending(work), None
    try:
        sending.send_all()
    except Trouble as one:
        trouble = one
    work.go_on()
    keep_copies(work)
    if trouble is not None:
        with work.writing(finishing=True) as session:
            give_up(session, work.post.account_id, trouble.problem, work.clock())
        raise trouble
    with work.reading() as session:
        again_at = dispatch.next_due(session, work.post.account_id, sending.locked_out)
    if sending.entered or (again_at is None and not sending.locked_out):
        return again_at
    if again_at is not None:
        raise NotYet(again_at)
    raise NeedsPassword


class Sending:
    """One round through the outbox of one account; a connection serves all letters it lets out."""

    def __init__(self, work: Work) -> None:
        self.entered = False
        self.locked_out: set[str] = set()  # letters whose authors' passwords are missing
        self._work = work
        self._client: Smtp | None = None
        self._access: Access | None = None
        self._taken = 0  # letters over this connection

    def send_all(self) -> None:
        """Send letter after letter until none is due; raises `Trouble`."""
        try:
            while (parcel := self._next()) is not None:
                self._send(parcel)
        except BaseException:
            self._hang_up()
            raise
        self._leave()

    def _next(self) -> Parcel | None:
        self._work.go_on()
        with self._work.reading() as session:
            return dispatch.next_waiting(session, self._work.post.account_id, self._work.clock(), self.locked_out)

    def _send(self, parcel: Parcel) -> None:
        access = self._access_for(parcel)
        if access is None:
            self.locked_out.add(parcel.letter_id)
            return
        client = self._let_in(access)
        with self._work.writing() as session:
            if not dispatch.take(session, parcel, self._work.clock()):
                return
        with self._work.reading() as session:
            letter = blobs.read(session, parcel.sha256)
        handing = Handing(self._work, parcel)
        try:
            handing.hand_over(client, letter)
        except Trouble:
            if not self._taken or handing.may_have_left or self._work.stopped:
                raise
            self._hang_up()  # some servers take so many letters over one connection and no more
            return
        self._taken += 1

    def _access_for(self, parcel: Parcel) -> Access | None:
        """Return what lets the letter out: nobody sends by another person's password."""
        with self._work.reading() as session:
            account = session.get_one(Account, self._work.post.account_id)
            user_id, now = parcel.author_id or NOBODY, self._work.clock()
            return access_of(session, self._work.box, account, Direction.OUTGOING, now, user_id)

    def _let_in(self, access: Access) -> Smtp:
        if self._client is None or self._client.connected.closed or self._access != access:
            self._leave()
            self._client, self._access = self._work.enter(open_smtp, access), access
            self._taken, self.entered = 0, True
        return self._client

    def _leave(self) -> None:
        if self._client is not None:
            self._client.__exit__(None, None, None)
            self._client = None

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


class Handing:
    """One letter being handed over. `at` is written down before its last line goes: from then on it may arrive."""

    def __init__(self, work: Work, parcel: Parcel) -> None:
        self._work = work
        self._parcel = parcel
        self._at: datetime | None = None
        self._patience = ExitStack()

    @property
    def may_have_left(self) -> bool:
        """Tell whether its last line went, or was about to."""
        return self._at is not None

    def hand_over(self, client: Smtp, letter: bytes) -> None:
        """Hand the letter over, and write down what became of it; raises `Trouble` for what befell the connection."""
        parcel = self._parcel
        try:
            with self._patience:
                refused = client.deliver(parcel.sender, parcel.recipients, letter, self._note)
        except Trouble as trouble:
            self._failed(trouble)
        except WorkStopped:
            self._put_back(None)
            raise
        else:
            self._answered(refused)

    def _note(self) -> None:
        self._patience.enter_context(self._work.awaiting_answer())
        at = self._work.clock()
        with self._work.writing() as session:
            if not dispatch.hand_over(session, self._parcel, at):
                raise WorkLost
        self._at = at

    def _answered(self, refused: dict[str, Problem]) -> None:
        for_now = {address for address, problem in refused.items() if refused_for_now(problem)}
        now, parcel = self._work.clock(), self._parcel
        if self._at is None:  # nobody was taken, so nothing was sent
            with self._work.writing(finishing=True) as session:
                dispatch.answer_for(session, parcel, refused, for_now, now)
            return
        # What the server said is true whoever has the lease by now: the row itself tells whether it is ours.
        with self._work.session_factory.begin() as session:
            if dispatch.is_mine(session, parcel, self._at):
                note_sent(session, dispatch.answer_for(session, parcel, refused, for_now, now))

    def _failed(self, trouble: Trouble) -> None:
        problem = trouble.problem
        answered = REPLY.match(problem.server_said or "") is not None
        if self._at is not None and not answered:
            with self._work.session_factory.begin() as session:
                if dispatch.is_mine(session, self._parcel, self._at):
                    doubts.doubt(session, self._parcel.letter_id, problem, self._work.clock())
            raise trouble
        if problem.kind in OF_THE_LETTER:
            self._refused(problem)
            return
        self._put_back(None if self._work.stopped else problem)
        raise trouble

    def _refused(self, problem: Problem) -> None:
        with self._work.writing(finishing=True) as session:
            if refused_for_now(problem):
                dispatch.try_later(session, self._parcel.letter_id, problem, self._work.clock())
            else:
                dispatch.refuse(session, self._parcel.letter_id, problem, self._work.clock())

    def _put_back(self, problem: Problem | None) -> None:
        """Let the letter wait; behind those that were not tried yet, for it may be what breaks the connection."""
        with self._work.writing(finishing=True) as session:
            later = self._work.clock() if problem is not None else None
            dispatch.put_back(session, self._parcel.letter_id, problem, later)
