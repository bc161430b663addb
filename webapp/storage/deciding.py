"""What only a letter's author decides of the outbox: take it back, send it again, believe that it arrived, and more."""

from datetime import datetime

from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from webapp.storage.base import rows_of
from webapp.storage.models import OutgoingFile, OutgoingLetter, OutgoingRecipient, OutgoingState, RecipientState
from webapp.storage.outbox import outgoing_of
from webapp.storage.sent_copies import note_sent
from webapp.storage.traffic import want
from webapp.storage.writing import Content, Thread, start

BLUNT = {"synchronize_session": False}


def to_draft(session: Session, letter: OutgoingLetter, now: datetime) -> bool:
    """Take a letter back that nobody has yet; False if it is being sent, or was."""
    back = update(OutgoingLetter).where(
        OutgoingLetter.id == letter.id,
        OutgoingLetter.state.in_((OutgoingState.QUEUED, OutgoingState.REFUSED)),
        OutgoingLetter.sent_at.is_(None),
        OutgoingLetter.author_id.is_not(None),
    )
    values = {"state": OutgoingState.DRAFT, "version": OutgoingLetter.version + 1, "changed_at": now}
    fresh = {"sha256": None, "queued_at": None, "next_try_at": None, "problem": None, "tries": 0}
    if not rows_of(session.execute(back.values(values | fresh), execution_options=BLUNT)):
        return False
    gone = delete(OutgoingRecipient).where(OutgoingRecipient.letter_id == letter.id)
    session.execute(gone, execution_options=BLUNT)
    session.expire(letter)
    return True


def send_again(session: Session, letter: OutgoingLetter, now: datetime) -> bool:
    """Send a letter once more that may have arrived: the person's word, never the program's."""
    doubtful = update(OutgoingLetter).where(OutgoingLetter.id == letter.id)
    doubtful = doubtful.where(OutgoingLetter.state == OutgoingState.IN_DOUBT)
    fresh = {"state": OutgoingState.QUEUED, "handed_over_at": None, "next_try_at": None, "problem": None}
    if not rows_of(session.execute(doubtful.values(fresh), execution_options=BLUNT)):
        return False
    session.expire(letter)
    want(session, outgoing_of(letter), now)
    return True


def try_now(session: Session, letter: OutgoingLetter, now: datetime) -> bool:
    """Let a letter that waits for its next try be tried at once."""
    waits = update(OutgoingLetter).where(OutgoingLetter.id == letter.id)
    waits = waits.where(OutgoingLetter.state == OutgoingState.QUEUED).values(next_try_at=None)
    if not rows_of(session.execute(waits, execution_options=BLUNT)):
        return False
    session.expire(letter)
    return want(session, outgoing_of(letter), now)


def count_as_sent(session: Session, letter: OutgoingLetter, now: datetime) -> bool:
    """Believe that a letter in doubt arrived: the person's word. Its copy goes into Sent like that of any other."""
    doubtful = update(OutgoingLetter).where(OutgoingLetter.id == letter.id)
    doubtful = doubtful.where(OutgoingLetter.state == OutgoingState.IN_DOUBT)
    values = {
        "state": OutgoingState.SENT,
        "problem": None,
        "sent_at": func.coalesce(OutgoingLetter.sent_at, OutgoingLetter.handed_over_at),
    }
    if not rows_of(session.execute(doubtful.values(values), execution_options=BLUNT)):
        return False
    session.refresh(letter)
    letter.handed_over_at, letter.next_try_at = None, now
    for recipient in letter.recipients:
        if recipient.state is RecipientState.WAITING:
            recipient.state = RecipientState.ACCEPTED
    note_sent(session, letter)
    want(session, outgoing_of(letter), now)
    return True


def give_up_rest(session: Session, letter: OutgoingLetter) -> bool:
    """End the waiting for recipients who were refused for now, where others have the letter."""
    partly = update(OutgoingLetter).where(
        OutgoingLetter.id == letter.id,
        OutgoingLetter.state == OutgoingState.QUEUED,
        OutgoingLetter.sent_at.is_not(None),
    )
    if not rows_of(session.execute(partly.values(state=OutgoingState.SENT), execution_options=BLUNT)):
        return False
    session.expire(letter)
    for recipient in letter.recipients:
        if recipient.state is RecipientState.WAITING:
            recipient.state = RecipientState.REFUSED
    session.flush()
    return True


def begin_anew(session: Session, letter: OutgoingLetter, now: datetime) -> OutgoingLetter | None:
    """Begin a sent letter once more for those whom a server refused; None if there are none, or nobody wrote it."""
    refused = [one.address for one in letter.recipients if one.state is RecipientState.REFUSED]
    if letter.state is not OutgoingState.SENT or letter.author is None or not refused:
        return None
    content = Content(letter.account_id, ", ".join(refused), subject=letter.subject, body=letter.body)
    thread = Thread(letter.in_reply_to, letter.references, letter.answers_id)
    draft = start(session, letter.author, content, thread=thread, now=now)
    draft.files = [
        OutgoingFile(name=file.name, content_type=file.content_type, size=file.size, sha256=file.sha256)
        for file in letter.files
    ]
    session.flush()
    return draft
