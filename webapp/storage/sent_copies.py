"""The copies of sent letters: the one we show at once, and the one the server is still to get."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session, joinedload

from webapp.mail.messages.facts import LetterFacts
from webapp.mail.sent_keepers import Keeping, keeping_of
from webapp.mail.settings import Direction, Protocol
from webapp.net.problems import Problem
from webapp.storage import blobs, folders
from webapp.storage.letter_changes import mark_answered
from webapp.storage.letters import Arrived, Flags, store
from webapp.storage.models import Account, Blob, FolderRole, Letter, OutgoingLetter, OutgoingState
from webapp.storage.traffic import Post, want

BLUNT = {"synchronize_session": False}
OWN_NAME = "Sent"
SNIPPET = 200


@dataclass(frozen=True)
class Copy:
    """One letter the server's folder is still to get."""

    letter_id: str
    author_id: int | None
    message_id: str
    sha256: str
    sent_at: datetime
    perhaps_kept: bool  # by the provider


def note_sent(session: Session, letter: OutgoingLetter) -> None:
    """Show a letter among those that were sent, as soon as the first of its recipients has it.

    Where the server has a folder for it the copy there follows; a provider that
    keeps one itself has it received from there. The program's own letters are
    kept nowhere.
    """
    if letter.sent_at is None or letter.kept_in_sent:
        return
    account = letter.account
    on_server = account.for_receiving and account.incoming is not None and account.incoming.protocol is Protocol.IMAP
    by_provider = on_server and _keeping(account) is Keeping.ALWAYS
    if letter.author_id is None or not on_server or by_provider:
        letter.kept_in_sent = True
        letter.next_try_at = None if letter.state is OutgoingState.SENT else letter.next_try_at
    if by_provider:
        want(session, Post(account.id, Direction.INCOMING), letter.sent_at)
    elif letter.author_id is not None:
        _store(session, letter, on_server)
    answered = session.get(Letter, letter.answers_id) if letter.answers_id is not None else None
    if answered is not None:
        mark_answered(session, [answered])
    session.flush()


def due(session: Session, account_id: int, now: datetime) -> Sequence[Copy]:
    """Return the copies to be made now, the oldest first."""
    unkept = and_(OutgoingLetter.sent_at.is_not(None), OutgoingLetter.kept_in_sent.is_(False))
    partly = OutgoingLetter.state == OutgoingState.QUEUED
    turn = and_(OutgoingLetter.state == OutgoingState.SENT, OutgoingLetter.next_try_at <= now)
    letters = select(OutgoingLetter).where(OutgoingLetter.account_id == account_id, unkept, or_(partly, turn))
    parts = joinedload(OutgoingLetter.account).joinedload(Account.outgoing)
    return [_copy(letter) for letter in session.scalars(letters.options(parts).order_by(OutgoingLetter.sent_at))]


def note_kept(session: Session, letter_id: str) -> None:
    """Write down that the server's folder has the letter."""
    mine = update(OutgoingLetter).where(OutgoingLetter.id == letter_id)
    session.execute(mine.values(kept_in_sent=True), execution_options=BLUNT)
    done = mine.where(OutgoingLetter.state == OutgoingState.SENT)
    session.execute(done.values(next_try_at=None, problem=None), execution_options=BLUNT)


def note_failed(session: Session, letter_id: str, problem: Problem | None, next_try_at: datetime | None) -> None:
    """Write down why the copy could not be made, and when it is tried again; None: never by itself."""
    mine = update(OutgoingLetter).where(OutgoingLetter.id == letter_id, OutgoingLetter.state == OutgoingState.SENT)
    session.execute(mine.values(problem=problem, next_try_at=next_try_at), execution_options=BLUNT)


def _copy(letter: OutgoingLetter) -> Copy:
    sent_at = letter.sent_at
    if sent_at is None or letter.sha256 is None:
        raise ValueError("a letter that was sent has its moment and its bytes")
    perhaps_kept = _keeping(letter.account) is not None
    return Copy(letter.id, letter.author_id, letter.message_id, letter.sha256, sent_at, perhaps_kept)


def _keeping(account: Account) -> Keeping | None:
    return keeping_of(account.outgoing.host) if account.outgoing is not None else None


def _store(session: Session, letter: OutgoingLetter, on_server: bool) -> None:
    """Let the letter be read here at once; the server's own letter takes the row over when it comes."""
    if letter.sha256 is None or letter.sent_at is None:
        return
    folder = folders.folder_of_role(session, letter.account_id, FolderRole.SENT)
    if folder is None and on_server:
        return  # its folders were never listed: the letter comes with them
    folder = folder or folders.own_folder(session, letter.account_id, FolderRole.SENT, OWN_NAME)
    same = select(Letter.id).where(Letter.folder_id == folder.id, Letter.message_id == letter.message_id)
    if session.scalar(same.limit(1)) is not None:
        return  # some of its recipients had to wait
    raw = blobs.read(session, letter.sha256)
    size = session.get_one(Blob, letter.sha256).size
    store(session, folder, Arrived(size, letter.sent_at, _facts(letter), raw, flags=Flags(seen=True)))


def _facts(letter: OutgoingLetter) -> LetterFacts:
    people = ", ".join(typed.strip() for typed in (letter.to, letter.cc) if typed.strip())
    return LetterFacts(
        message_id=letter.message_id,
        in_reply_to=letter.in_reply_to,
        references=letter.references,
        sender_name=letter.account.sender_name,
        sender_address=letter.account.address,
        recipients=" ".join(people.split()),
        subject=letter.subject,
        snippet=" ".join(letter.body.split())[:SNIPPET],
        sent_at=letter.queued_at,
        attachments=len(letter.files),
        text=letter.body,
    )
