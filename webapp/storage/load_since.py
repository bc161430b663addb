"""From which day on an account's letters come in; when the day moves back, those in between come as well."""

from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.mail.settings import Direction
from webapp.storage.base import utc_now
from webapp.storage.leasing import take_away
from webapp.storage.models import Account, Folder, KnownUidl, Letter
from webapp.storage.traffic import Post


def reaches_back(before: date | None, after: date | None) -> bool:
    """Tell whether letters that stayed out are to come in now; None lets all of them in."""
    return before is not None and (after is None or after < before)


def look_again(session: Session, account: Account) -> None:
    """Let the next visit to the server look at all letters again; those that are here do not come twice.

    Whoever is receiving just now began with the old day: that work is done anew.
    """
    folders = update(Folder).where(Folder.account_id == account.id)
    session.execute(folders.values(uid_next=None, modseq=None))
    here = select(Letter.uidl).where(Letter.account_id == account.id, Letter.uidl.is_not(None))
    left_out = (KnownUidl.account_id == account.id, KnownUidl.delete_asked.is_(False), KnownUidl.key.not_in(here))
    session.execute(delete(KnownUidl).where(*left_out))
    take_away(session, Post(account.id, Direction.INCOMING), utc_now())
