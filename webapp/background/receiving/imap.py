"""Receiving by IMAP: the folders as the server has them, what people did told to it, then folder by folder.

New letters come newest first, so that an office works after the first portion.
Of a pass that was cut short the rows themselves tell what it brought; `uid_next`
moves only when everything below it was looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.background.receiving.at_hand import AtHand
from webapp.background.receiving.changes import tell_changes
from webapp.background.receiving.errand import Errand
from webapp.background.receiving.intake import Intake
from webapp.background.receiving.known_folder import KnownFolder, known_folder
from webapp.background.receiving.loading import Loading
from webapp.background.receiving.mailbox import Mailbox, Opened
from webapp.background.receiving.progress import Progress
from webapp.background.receiving.refreshing import gone, told_flags
from webapp.background.receiving.server_folders import server_folders
from webapp.background.receiving.suspects import Suspects
from webapp.background.work import Work, WorkLost
from webapp.net.problems import Trouble
from webapp.storage.folders import folders_of, mirror
from webapp.storage.letter_changes import settle
from webapp.storage.letters import known_uids, renumbered, update_flags, vanished
from webapp.storage.models import Folder, FolderRole

LAST = (FolderRole.JUNK, FolderRole.TRASH)  # nobody waits for those
ZONES_APART = timedelta(days=2)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def receive_imap(work: Work, errand: Errand, suspects: Suspects) -> None:
    """Bring an account's folders up to what its server has."""
    with Mailbox(work, errand.access) as mailbox:
        at_hand = AtHand(work, errand.account_id)
        folders = _mirrored(work, errand, mailbox, at_hand)
        refused = tell_changes(mailbox, folders)
        course = Course(errand, mailbox, suspects, at_hand, Progress(work))
        for folder in folders:
            with _passed_over_if_refused(mailbox, folder):
                course.receive(folder)
    if refused is not None:
        raise refused


@dataclass(frozen=True)
class Course:
    """What it takes to bring one folder after the other up to date."""

    errand: Errand
    mailbox: Mailbox
    suspects: Suspects
    at_hand: AtHand
    progress: Progress

    def receive(self, folder: KnownFolder) -> None:
        """Bring a folder up to date: new letters, those gone, changed flags."""
        opened = self.mailbox.open(folder.wire_name)
        folder, here = self._begin(folder, opened)
        if self._at_rest(folder, opened):
            return
        new = self._new(folder, opened, here)
        if new:
            with Intake(self.mailbox.work, folder.id, self.progress) as intake:
                Loading(self.errand, self.mailbox, folder, self.suspects, self.at_hand, intake).load(new)
        lost = gone(self.mailbox, here)
        if lost:
            self.at_hand.look()
        flags = told_flags(self.mailbox, folder, opened, here - lost, self.mailbox.work.clock())
        uid_next = max(opened.uid_next or 1, folder.uid_next or 1, *(uid + 1 for uid in new[:1]))
        complete = not self.suspects.leaves_for_later(folder.id)
        with self._writing(folder) as (session, row):
            vanished(session, row, lost)
            update_flags(session, row, flags)
            row.uid_next, row.modseq, row.waiting = uid_next if complete else folder.uid_next, opened.modseq, 0
            if complete:
                settle(session, row, self.errand.since)

    def _begin(self, folder: KnownFolder, opened: Opened) -> tuple[KnownFolder, set[int]]:
        """Return the folder under the server's present numbers, and the numbers of the letters that are here."""
        if folder.uid_validity != opened.uid_validity:
            with self._writing(folder) as (session, row):
                if row.uid_validity is None:
                    row.uid_validity = opened.uid_validity  # letters of our own may wait for their numbers
                else:
                    renumbered(session, row, opened.uid_validity)
            folder = replace(folder, uid_validity=opened.uid_validity, uid_next=None, modseq=None)
        with self.mailbox.work.reading() as session:
            return folder, known_uids(session, session.get_one(Folder, folder.id))

    def _at_rest(self, folder: KnownFolder, opened: Opened) -> bool:
        """Tell whether nothing can have changed; servers with QRESYNC count what vanished as well (RFC 7162, 3.2.3)."""
        same = (folder.modseq, folder.uid_next) == (opened.modseq, opened.uid_next)
        return same and None not in (folder.modseq, folder.uid_next) and self.mailbox.can("QRESYNC")

    def _new(self, folder: KnownFolder, opened: Opened, here: set[int]) -> list[int]:
        """Return the letters to be looked at, the newest first."""
        first = folder.uid_next or 1
        if not opened.exists or (opened.uid_next is not None and opened.uid_next <= first):
            return []
        criteria = f"UID {first}:*" if folder.uid_next else "ALL"
        since = self.errand.since
        if since is not None:  # by the server's date in its own zone, 26 hours away at most: refined by the time later
            criteria += f" SINCE {_day(since - ZONES_APART)}"
        # `n:*` names the last letter also where that has a smaller number.
        return sorted({uid for uid in self.mailbox.search(criteria) if uid >= first} - here, reverse=True)

    @contextmanager
    def _writing(self, folder: KnownFolder) -> Iterator[tuple[Session, Folder]]:
        with self.mailbox.work.writing() as session:
            row = session.get(Folder, folder.id)
            if row is None:
                raise WorkLost
            yield session, row


def _mirrored(work: Work, errand: Errand, mailbox: Mailbox, at_hand: AtHand) -> list[KnownFolder]:
    """Return the folders one can open, the inbox first."""
    found = server_folders(mailbox.folders())
    with work.reading() as session:
        known = {folder.name for folder in folders_of(session, errand.account_id) if folder.on_server}
    if known - {folder.listed.name for folder in found}:
        at_hand.look()
    wire_names = {folder.listed.name: folder.wire_name for folder in found if folder.can_open}
    with work.writing() as session:
        rows = mirror(session, errand.account_id, [folder.listed for folder in found])
        folders = [known_folder(row, wire_names[row.name]) for row in rows if row.name in wire_names]
    return sorted(folders, key=lambda folder: (folder.role is not FolderRole.INBOX, folder.role in LAST))


def _day(moment: datetime) -> str:
    return f"{moment.day:02d}-{MONTHS[moment.month - 1]}-{moment.year:04d}"


@contextmanager
def _passed_over_if_refused(mailbox: Mailbox, folder: KnownFolder) -> Iterator[None]:
    """Let a folder that nobody may look into not keep the others from coming; without the inbox nothing is well."""
    try:
        yield
    except Trouble as trouble:
        if not mailbox.refused(trouble) or folder.role is FolderRole.INBOX:
            raise
