"""Receiving by POP3: what the server has not shown yet comes in, and what is to go from the server goes.

Letters are known by their UIDLs. Deletions are made when everything is stored,
and the server carries them out when the session ends well, never before.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from webapp.background.receiving.errand import Errand
from webapp.background.receiving.intake import Intake
from webapp.background.receiving.maildrop import Maildrop
from webapp.background.receiving.pop3_loading import Pop3Loading
from webapp.background.receiving.progress import Progress
from webapp.background.receiving.recognising import Recognition, stored_letters
from webapp.background.receiving.suspects import Suspects
from webapp.background.work import Work
from webapp.mail.clients.pop3 import open_pop3
from webapp.storage import uidls
from webapp.storage.folders import own_folder
from webapp.storage.models import FolderRole


def receive_pop3(work: Work, errand: Errand, suspects: Suspects) -> None:
    """Bring an account's inbox up to what its server has."""
    with work.enter(open_pop3, errand.access) as pop3:
        maildrop = Maildrop(work, errand.access, pop3)
        recognition = Recognition(work, maildrop, errand.account_id)
        letters = recognition.recognise(maildrop.offered())
        with work.writing() as session:
            folder = own_folder(session, errand.account_id, FolderRole.INBOX, "INBOX")
            folder_id = folder.id
            here = {letter.key for letter in letters}
            uidls.forget(session, errand.account_id, recognition.known - here)
            back = here & recognition.stored.keys() - recognition.known
            uidls.remember(session, errand.account_id, sorted(back), now=work.clock())
        new = [letter for letter in letters if letter.new]
        with Intake(work, folder_id, Progress(work)) as intake:
            Pop3Loading(work, errand, maildrop, suspects, intake).load(new)
        with work.reading() as session:
            leaving = _leaving(session, work, errand)
        maildrop.delete([letter.offered.number for letter in letters if letter.key in leaving])


def _leaving(session: Session, work: Work, errand: Errand) -> set[str]:
    """Return the keys of the letters that are to go from the server.

    Of their own accord only those go that are here as a whole; what stayed
    out for its date, or is too big, is nowhere else.
    """
    asked = uidls.to_delete(session, errand.account_id)
    whole = {key for key, letter in stored_letters(session, errand.account_id).items() if letter.sha256 is not None}
    if not errand.keep_on_server:
        return asked | whole
    if errand.delete_after_days is None:
        return asked
    before = work.clock() - timedelta(days=errand.delete_after_days)
    return asked | (uidls.to_delete(session, errand.account_id, seen_before=before) & whole)
