"""What people did to letters, told to the IMAP server before anything is loaded, one folder at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from sqlalchemy import select, update

from webapp.background.receiving.known_folder import KnownFolder
from webapp.background.receiving.leaving import expunge, leave
from webapp.background.receiving.mailbox import Mailbox, uid_set
from webapp.background.work import Work
from webapp.net.problems import Trouble
from webapp.storage.letter_changes import Change, done, waiting_changes
from webapp.storage.models import ChangeKind, Folder, Letter, LetterChange

MOST_AT_ONCE = 200
KEEPS_FAILING = timedelta(hours=1)  # somebody should know that letters do not go where they were sent
FLAG_COUNTS_FOR = timedelta(days=1)  # then the server's word holds again
FLAGS = {
    ChangeKind.SEEN: (rb"\Seen", True),
    ChangeKind.UNSEEN: (rb"\Seen", False),
    ChangeKind.ANSWERED: (rb"\Answered", True),
}

TAKEN_BACK = {
    ChangeKind.SEEN: {"seen": False},
    ChangeKind.UNSEEN: {"seen": True},
    ChangeKind.ANSWERED: {"answered": False},
}


def tell_changes(mailbox: Mailbox, folders: Sequence[KnownFolder]) -> Trouble | None:
    """Tell the server what waits; return why it refuses what it has been refusing for long."""
    refused: Trouble | None = None
    for folder in folders:
        changes = _waiting(mailbox.work, folder)
        if not changes:
            continue
        try:
            if mailbox.open(folder.wire_name, to_change=True).uid_validity != folder.uid_validity:
                continue  # those numbers mean other letters now
            for trouble in Telling(mailbox, folder, folders).tell(changes):
                refused = trouble
        except Trouble as trouble:
            refused = _as_refusal(mailbox, changes, trouble) or refused
    return refused


@dataclass(frozen=True)
class Telling:
    """Tells the changes of the folder that is open."""

    mailbox: Mailbox
    folder: KnownFolder
    folders: Sequence[KnownFolder]

    def tell(self, changes: Sequence[Change]) -> Iterator[Trouble]:
        """Tell all changes, flags first; yield why what was refused for long is refused."""
        for kind, of_kind in groupby(changes, lambda change: change.kind):
            alike = list(of_kind)
            for start in range(0, len(alike), MOST_AT_ONCE):
                yield from self._tell(kind, alike[start : start + MOST_AT_ONCE])

    def _tell(self, kind: ChangeKind, changes: list[Change]) -> Iterator[Trouble]:
        try:
            if kind is ChangeKind.TO_TRASH:
                leave(self.mailbox, self.folder, self.folders, changes)
                return
            if kind is ChangeKind.DELETE:
                expunge(self.mailbox, [change.uid for change in changes])
            else:
                self._flag(kind, changes)
        except Trouble as trouble:
            if len(changes) > 1 and self.mailbox.refused(trouble):
                for change in changes:  # one the server minds must not hold back the others
                    yield from self._tell(kind, [change])
            elif told := _as_refusal(self.mailbox, changes, trouble):
                yield told
            return
        with self.mailbox.work.writing(finishing=True) as session:
            done(session, changes)

    def _flag(self, kind: ChangeKind, changes: Sequence[Change]) -> None:
        flag, on = FLAGS[kind]
        with self.mailbox.library() as imap:
            change_flags = imap.add_flags if on else imap.remove_flags
            change_flags(uid_set([change.uid for change in changes]), [flag], silent=True)


def _waiting(work: Work, folder: KnownFolder) -> list[Change]:
    with work.reading() as session:
        row = session.get(Folder, folder.id)
        return waiting_changes(session, row) if row is not None else []


def _as_refusal(mailbox: Mailbox, changes: Sequence[Change], trouble: Trouble) -> Trouble | None:
    """Return the trouble if letters have not gone where they should for long; anything but a refusal is raised.

    A flag the server does not take is no trouble: after a day its word holds again.
    """
    if not mailbox.refused(trouble):
        raise trouble
    now = mailbox.work.clock()
    with mailbox.work.writing() as session:
        these = select(LetterChange).where(LetterChange.id.in_([change.id for change in changes]))
        left = session.scalars(these).all()
        for change in left:
            if change.kind in TAKEN_BACK and change.made_at < now - FLAG_COUNTS_FOR:
                at = (Letter.folder_id == change.folder_id, Letter.uid == change.uid)
                session.execute(update(Letter).where(*at).values(TAKEN_BACK[change.kind]))
                session.delete(change)
        stuck = [change for change in left if change.kind not in TAKEN_BACK]
        return trouble if any(change.made_at < now - KEEPS_FAILING for change in stuck) else None
