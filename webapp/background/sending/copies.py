"""Puts a copy of each letter that was sent into the folder for sent letters, unless the provider does so itself.

A copy that fails never lets a letter be sent again: it is tried anew, then given up and told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from imapclient.datetime_util import format_criteria_date
from imapclient.imapclient import SEEN

from webapp.background.receiving.mailbox import Mailbox
from webapp.background.sending.sent_folder import sent_folder
from webapp.background.work import NotYet, Work
from webapp.mail.clients.access import Access
from webapp.mail.settings import Direction, Protocol
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.storage import blobs, sent_copies
from webapp.storage.accesses import access_of
from webapp.storage.models import Account, Traffic
from webapp.storage.sent_copies import Copy

NOBODY = 0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)
GIVEN_UP_AFTER = timedelta(days=1)
PROVIDERS_PAUSE = timedelta(minutes=3)  # within that a provider that keeps copies has kept it


def keep_copies(work: Work) -> None:
    """Keep a copy of all that was sent lately; raises only what ends the work."""
    entered = work.entered
    with work.reading() as session:
        due = sent_copies.due(session, work.post.account_id, work.clock())
    try:
        for author_id in dict.fromkeys(copy.author_id for copy in due):
            _keep_of(work, author_id, [copy for copy in due if copy.author_id == author_id])
    finally:
        work.entered = entered  # that the mailbox lets us in says nothing of sending


def _keep_of(work: Work, author_id: int | None, copies: Sequence[Copy]) -> None:
    access = _access(work, author_id)
    if access is None or access.settings.protocol is not Protocol.IMAP:
        _fail(work, copies, Problem(ProblemKind.PASSWORD_MISSING))
        return
    try:
        with Mailbox(work, access) as mailbox:
            folder = sent_folder(mailbox)
            mailbox.open(folder, to_change=True)
            for copy in copies:
                _keep(mailbox, folder, copy)
    except NotYet as not_yet:
        _put_off(work, copies, not_yet.until)
    except Trouble as trouble:
        work.go_on()
        _fail(work, copies, trouble.problem)


def _access(work: Work, author_id: int | None) -> Access | None:
    """Return what opens the mailbox, None if a password is missing, or the one there is was refused."""
    with work.reading() as session:
        account, now = session.get_one(Account, work.post.account_id), work.clock()
        incoming = session.get(Traffic, (account.id, Direction.INCOMING))
        if incoming is not None and incoming.refused:
            return None
        user_id = author_id if author_id is not None else NOBODY
        return access_of(session, work.box, account, Direction.INCOMING, now, user_id)


def _keep(mailbox: Mailbox, folder: str, copy: Copy) -> None:
    work = mailbox.work
    if not _is_there(mailbox, copy):
        if copy.perhaps_kept and work.clock() < copy.sent_at + PROVIDERS_PAUSE:
            _put_off(work, [copy], copy.sent_at + PROVIDERS_PAUSE)
            return
        with work.reading() as session:
            letter = blobs.read(session, copy.sha256)
        with mailbox.library() as imap:
            imap.append(folder, letter, flags=(SEEN,), msg_time=copy.sent_at)
    with work.session_factory.begin() as session:
        sent_copies.note_kept(session, copy.letter_id)


def _is_there(mailbox: Mailbox, copy: Copy) -> bool:
    """Tell whether the folder has the letter already: the provider's copy, or ours whose answer was lost."""
    # The server's days are its own; without one the search of a huge folder is slow.
    since = format_criteria_date(copy.sent_at - timedelta(days=2)).decode()
    return bool(mailbox.search(f'SINCE {since} HEADER Message-ID "{copy.message_id}"'))


def _fail(work: Work, copies: Sequence[Copy], problem: Problem) -> None:
    """Try again later, more and more rarely; what a person has to mend first is given up at once."""
    now = work.clock()
    with work.session_factory.begin() as session:
        for copy in copies:
            over = now - copy.sent_at > GIVEN_UP_AFTER or problem.kind is ProblemKind.LOGIN_REFUSED
            sent_copies.note_failed(session, copy.letter_id, problem, None if over else now + _pause(now, copy))


def _put_off(work: Work, copies: Sequence[Copy], until: datetime) -> None:
    with work.session_factory.begin() as session:
        for copy in copies:
            sent_copies.note_failed(session, copy.letter_id, None, until)


def _pause(now: datetime, copy: Copy) -> timedelta:
    return max(FIRST_PAUSE, min(now - copy.sent_at, LONGEST_PAUSE))
