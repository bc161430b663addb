"""Letters that have arrived before a test of their pages."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from tests.mail.messages.letters import proper
from tests.storage.letters import arrived, folder_row
from tests.web.desk import Desk, database
from webapp.mail.messages.reading import facts_of
from webapp.storage.base import utc_now
from webapp.storage.letters import store
from webapp.storage.models import Account, Folder, FolderRole, Letter, LetterChange


class Postbox:
    """The folders and letters of one account; each method returns the number of what it laid there."""

    def __init__(self, app: Flask, account_id: int) -> None:
        self.app, self.account_id = app, account_id
        self.count = 0
        self.inbox = self.folder("INBOX", FolderRole.INBOX)

    def folder(self, name: str, role: FolderRole = FolderRole.OTHER, **more: Any) -> int:
        """Lay down a folder."""
        with database(self.app) as session:
            folder = folder_row(session, session.get_one(Account, self.account_id), name, role, **more)
            session.commit()
            return folder.id

    def letter(
        self,
        raw: bytes | None = None,
        *,
        folder: int | None = None,
        ago: timedelta | None = None,
        at: datetime | None = None,
        loaded: bool = True,
        **more: Any,
    ) -> int:
        """Lay down a letter; the later ones arrived later. Not `loaded`: only its header is here."""
        self.count += 1
        raw = raw if raw is not None else proper(f"Letter {self.count}").as_bytes()
        at = at or utc_now() - (ago or timedelta(days=1)) + timedelta(seconds=self.count)
        with database(self.app) as session:
            into = session.get_one(Folder, folder or self.inbox)
            one = arrived(self.count, raw=raw if loaded else None, at=at, facts=facts_of(raw), **more)
            letter_id = store(session, into, one)
            assert letter_id is not None
            session.commit()
            return letter_id

    def of(self, letter_id: int) -> Letter | None:
        """Return the row of a letter, its folder at hand."""
        with database(self.app) as session:
            letter = session.get(Letter, letter_id)
            if letter is not None:
                assert letter.folder is not None
            return letter

    def changes(self) -> list[str]:
        """Return what the server is still to be told."""
        with database(self.app) as session:
            return [str(change.kind) for change in session.query(LetterChange).order_by(LetterChange.id)]


def postbox_of(desk: Desk, address: str = "anna@uspeh.test", **more: Any) -> Postbox:
    """Return the letters of a new account."""
    return Postbox(desk.app, desk.account(address, **more))
