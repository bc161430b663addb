"""What becomes of an account's letters when they are at another server from now on."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.mail.settings import Direction, ServerSettings
from webapp.storage.base import utc_now
from webapp.storage.leasing import take_away
from webapp.storage.models import Account, Folder, KnownUidl, Letter, LetterChange
from webapp.storage.traffic import Post


def is_another(before: ServerSettings, after: ServerSettings) -> bool:
    """Tell whether other letters may be there; another port or protection leads to the same ones."""
    return (before.protocol, before.host, before.username) != (after.protocol, after.host, after.username)


def forget_numbers(session: Session, account: Account) -> None:
    """Forget everything the account's old server numbered: the new one means other letters by it.

    The letters stay. Those the new server has as well get their numbers as
    they come; folders it does not have are ours alone from now on. Whoever is
    receiving from the old one loses the work.
    """
    folders = select(Folder.id).where(Folder.account_id == account.id)
    numbers = {"uid_validity": None, "uid_next": None, "modseq": None, "waiting": 0, "on_server": False}
    for statement in (
        delete(LetterChange).where(LetterChange.folder_id.in_(folders)),
        delete(KnownUidl).where(KnownUidl.account_id == account.id),
        update(Letter).where(Letter.account_id == account.id).values(uid=None, uidl=None, unsettled=False),
        update(Folder).where(Folder.account_id == account.id).values(numbers),
    ):
        session.execute(statement)
    take_away(session, Post(account.id, Direction.INCOMING), utc_now())
