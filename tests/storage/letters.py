"""Letters, folders and accounts with letters, as rows the tests of storage start from."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.storage.rows import NOON
from webapp.mail.messages.facts import LetterFacts
from webapp.storage.letters import Arrived, Flags, store
from webapp.storage.models import Account, Folder, FolderRole, Letter

FACTS = LetterFacts(
    message_id="<1@uspeh.test>",
    sender_name="Борис Ёлкин",
    sender_address="boris@uspeh.test",
    recipients="Анна <anna@uspeh.test>",
    subject="Счёт за ноябрь",
    snippet="Добрый день",
    text="Добрый день! Высылаю счёт.",
)


def folder_row(
    session: Session, account: Account, name: str = "INBOX", role: FolderRole = FolderRole.INBOX, **more: Any
) -> Folder:
    """Return a flushed folder of the server's."""
    fields = {"delimiter": "/", "uid_validity": 7, "on_server": True} | more
    folder = Folder(account_id=account.id, name=name, role=role, **fields)
    session.add(folder)
    session.flush()
    return folder


def arrived(
    number: int = 1,
    *,
    raw: bytes | None = b"",
    at: datetime | None = None,
    facts: LetterFacts = FACTS,
    flags: Flags | None = None,
    **more: Any,
) -> Arrived:
    """Return the letter of a number: the later ones came later. By IMAP unless `uid` and `uidl` say otherwise."""
    if raw == b"":
        raw = f"Subject: {number}\r\n\r\n".encode()
    keys = {"uid": number} | more
    at = at or NOON + timedelta(minutes=number)
    return Arrived(len(raw or b""), at, facts, raw, flags=flags or Flags(), **keys)


def stored(session: Session, folder: Folder, number: int = 1, **more: Any) -> Letter:
    """Return a letter that was stored; it is a failure of the test if it was there before."""
    letter_id = store(session, folder, arrived(number, **more))
    assert letter_id is not None
    return session.get_one(Letter, letter_id)


def words_kept(session: Session) -> int:
    """Return of how many letters the words are kept."""
    return session.scalar(text("SELECT count(*) FROM letter_texts")) or 0
