"""The outbox: a finished letter waits here until it has left, and its author decides what the program must not."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import ColumnElement, ScalarSelect, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.mail.messages.composing import Attachment, Composition, compose, new_message_id
from webapp.mail.messages.recipients import MOST_RECIPIENTS, Mailbox, Recipients, read_recipients, unique, without
from webapp.mail.settings import Direction
from webapp.net.problems import Problem
from webapp.storage import blobs
from webapp.storage.accounts import may_send_as
from webapp.storage.base import rows_of
from webapp.storage.models import (
    Account,
    OutgoingLetter,
    OutgoingRecipient,
    OutgoingState,
    RecipientState,
    User,
)
from webapp.storage.objections import NotAllowed
from webapp.storage.traffic import Post, want

BLUNT = {"synchronize_session": False}
ON_ITS_WAY = (OutgoingState.QUEUED, OutgoingState.SENDING, OutgoingState.IN_DOUBT)
SHOWN_FOR = timedelta(days=7)  # how long a letter stays in the list that not everybody got
MOST_SHOWN = 200
KEPT_FOR = timedelta(days=30)  # what was sent is read in its folder; here it only tells how it left
PORTION = 100  # of letters in one transaction


class NotReady(Exception):
    """A letter cannot be sent as it is: its form says why before it comes to this."""


def recipients_of(letter: OutgoingLetter) -> dict[str, Recipients]:
    """Return what the three fields of a letter say, each address where it stands first."""
    to, cc, bcc = (read_recipients(typed) for typed in (letter.to, letter.cc, letter.bcc))
    cc = Recipients(without(cc.mailboxes, to.mailboxes), cc.misread)
    bcc = Recipients(without(bcc.mailboxes, (*to.mailboxes, *cc.mailboxes)), bcc.misread)
    return {"to": to, "cc": cc, "bcc": bcc}


def queue(session: Session, letter: OutgoingLetter, zone: tzinfo, now: datetime) -> bool:
    """Finish a draft and let it leave as soon as it can; False if it was queued before, so that it goes once.

    Raises `NotReady` where there is nobody to write to, or somebody nobody can
    read, and `NotAllowed` for an account its author may not send with.
    """
    if letter.author is not None and not may_send_as(letter.author, letter.account):
        raise NotAllowed("this person may not send letters with this account")
    read = recipients_of(letter)
    people = unique(mailbox for one in read.values() for mailbox in one.mailboxes)
    if not people or len(people) > MOST_RECIPIENTS or any(one.misread for one in read.values()):
        raise NotReady
    message_id = new_message_id(letter.account.address)
    finished = _written(session, letter, read, message_id, now.astimezone(zone))
    ours = update(OutgoingLetter).where(OutgoingLetter.id == letter.id, OutgoingLetter.version == letter.version)
    values = {
        "state": OutgoingState.QUEUED,
        "message_id": message_id,
        "queued_at": now,
        "changed_at": now,
        "version": OutgoingLetter.version + 1,
        "problem": None,
        "tries": 0,
        "next_try_at": None,
    }
    queued = ours.where(OutgoingLetter.state == OutgoingState.DRAFT).values(values)
    if not rows_of(session.execute(queued, execution_options=BLUNT)):
        session.refresh(letter)
        return False
    session.refresh(letter)
    letter.sha256 = blobs.put(session, finished, now=now)
    letter.recipients = [OutgoingRecipient(address=one.address, position=place) for place, one in enumerate(people)]
    session.flush()
    want(session, outgoing_of(letter), now)
    return True


def post(
    session: Session, account: Account, address: str, subject: str, text: str, zone: tzinfo, now: datetime
) -> OutgoingLetter:
    """Write a letter of the program itself, and let it leave."""
    letter = OutgoingLetter(account=account, to=address, subject=subject, body=text, created_at=now, changed_at=now)
    session.add(letter)
    session.flush()
    queue(session, letter, zone, now)
    return letter


def waiting_for(session: Session, user: User, now: datetime) -> Sequence[OutgoingLetter]:
    """Return what the person's outbox shows, the newest first; an administrator's has the program's letters too."""
    lately = and_(OutgoingLetter.state == OutgoingState.SENT, OutgoingLetter.queued_at > now - SHOWN_FOR)
    without_copy = and_(
        OutgoingLetter.kept_in_sent.is_(False),
        OutgoingLetter.next_try_at.is_(None),
        OutgoingLetter.problem.is_not(None),
    )
    unwell = or_(OutgoingLetter.state == OutgoingState.REFUSED, and_(lately, or_(_incomplete(), without_copy)))
    shown = select(OutgoingLetter).where(_visible_to(user), or_(OutgoingLetter.state.in_(ON_ITS_WAY), unwell))
    parts = (joinedload(OutgoingLetter.account), selectinload(OutgoingLetter.recipients))
    order = (OutgoingLetter.queued_at.desc(), OutgoingLetter.id)
    return session.scalars(shown.options(*parts).order_by(*order).limit(MOST_SHOWN)).all()


def unsent_count(user: User) -> ScalarSelect[int]:
    """Return, as part of another question, how many letters of the person's outbox have not left, refused ones too."""
    unsent = OutgoingLetter.state.in_((*ON_ITS_WAY, OutgoingState.REFUSED))
    return select(func.count()).select_from(OutgoingLetter).where(_visible_to(user), unsent).scalar_subquery()


def get_visible(session: Session, user: User, letter_id: str) -> OutgoingLetter | None:
    """Return a letter that is no draft if its page is this person's."""
    parts = (joinedload(OutgoingLetter.account), selectinload(OutgoingLetter.recipients))
    found = select(OutgoingLetter).where(OutgoingLetter.id == letter_id, _visible_to(user))
    return session.scalar(found.where(OutgoingLetter.state != OutgoingState.DRAFT).options(*parts))


def forget_sent(session: Session, now: datetime) -> int:
    """Delete what left long ago and stands in the folder for sent letters; return how many."""
    kept = (OutgoingLetter.state == OutgoingState.SENT, OutgoingLetter.kept_in_sent)
    old = select(OutgoingLetter.id).where(*kept, OutgoingLetter.queued_at < now - KEPT_FOR).limit(PORTION)
    gone = delete(OutgoingLetter).where(OutgoingLetter.id.in_(old))
    return rows_of(session.execute(gone, execution_options=BLUNT))


def outgoing_of(letter: OutgoingLetter) -> Post:
    """Return whose work it is to send the letter."""
    return Post(letter.account_id, Direction.OUTGOING)


def problems_of(letter: OutgoingLetter) -> dict[str, Problem]:
    """Return why recipients do not have the letter, by address."""
    return {one.address: one.problem for one in letter.recipients if one.problem is not None}


def _written(
    session: Session, letter: OutgoingLetter, read: dict[str, Recipients], message_id: str, moment: datetime
) -> bytes:
    account = letter.account
    composition = Composition(
        sender=Mailbox(account.sender_name, account.address),
        to=read["to"].mailboxes,
        cc=read["cc"].mailboxes,
        subject=letter.subject,
        text=letter.body,
        sent_at=moment,
        message_id=message_id,
        reply_to=account.reply_to,
        in_reply_to=letter.in_reply_to,
        references=letter.references,
        automatic=letter.author_id is None,
    )
    return compose(composition, _attachments(session, letter))


def _attachments(session: Session, letter: OutgoingLetter) -> Iterator[Attachment]:
    for row in letter.files:
        yield Attachment(row.name, row.content_type, blobs.read(session, row.sha256))


def _visible_to(user: User) -> ColumnElement[bool]:
    mine = OutgoingLetter.author_id == user.id
    return or_(mine, OutgoingLetter.author_id.is_(None)) if user.is_admin else mine


def _incomplete() -> ColumnElement[bool]:
    return OutgoingLetter.recipients.any(OutgoingRecipient.state == RecipientState.REFUSED)
