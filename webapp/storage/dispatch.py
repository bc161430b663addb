"""What the worker writes down of the outbox: which letter is next, when it was handed over, what became of it.

Nothing here sends twice: a letter that was handed over and not answered for is
in doubt (`doubts`), and leaves that state by its author's word alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from webapp.net.problems import Problem, ProblemKind
from webapp.storage.accounts import may_send_as
from webapp.storage.base import rows_of
from webapp.storage.models import OutgoingLetter, OutgoingState, RecipientState
from webapp.storage.notices import letter_refused

BLUNT = {"synchronize_session": False}
# RFC 5321, 4.5.4.1: tried again for some days, more and more rarely; greylisting wants the first soon.
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)
MOST_TRIES = 23  # with these pauses: three days


@dataclass(frozen=True)
class Parcel:
    """One letter that is to leave: by whom, from whom, to whom, and which bytes. `author_id` None: the program."""

    letter_id: str
    author_id: int | None
    sender: str
    recipients: tuple[str, ...]
    sha256: str


def next_waiting(session: Session, account_id: int, now: datetime, passed_over: Collection[str]) -> Parcel | None:
    """Return the letter whose turn it is; one that failed comes after those that were not tried yet."""
    due = or_(OutgoingLetter.next_try_at.is_(None), OutgoingLetter.next_try_at <= now)
    waiting = select(OutgoingLetter).where(_queued(account_id), due, OutgoingLetter.id.not_in(passed_over))
    turn = (OutgoingLetter.next_try_at.is_not(None), OutgoingLetter.next_try_at, OutgoingLetter.queued_at)
    letter = session.scalar(waiting.order_by(*turn, OutgoingLetter.id).limit(1))
    return None if letter is None else _parcel(letter)


def take(session: Session, parcel: Parcel, now: datetime) -> bool:
    """Begin to send; False if its author took it back meanwhile. Whoever may not send any more does not (REFUSED)."""
    ours = update(OutgoingLetter).where(OutgoingLetter.id == parcel.letter_id)
    values = {"state": OutgoingState.SENDING, "handed_over_at": None, "problem": None}
    begun = ours.where(OutgoingLetter.state == OutgoingState.QUEUED, OutgoingLetter.sha256 == parcel.sha256)
    if not rows_of(session.execute(begun.values(values), execution_options=BLUNT)):
        return False
    letter = session.get_one(OutgoingLetter, parcel.letter_id, populate_existing=True)
    if letter.author is None or (not letter.author.disabled and may_send_as(letter.author, letter.account)):
        return True
    refuse(session, parcel.letter_id, Problem(ProblemKind.NOT_ALLOWED), now)
    return False


def hand_over(session: Session, parcel: Parcel, now: datetime) -> bool:
    """Write down that from now on the letter may arrive, whatever happens."""
    ours = update(OutgoingLetter).where(_sending(parcel.letter_id), OutgoingLetter.handed_over_at.is_(None))
    return rows_of(session.execute(ours.values(handed_over_at=now), execution_options=BLUNT)) == 1


def put_back(
    session: Session, letter_id: str, problem: Problem | None, next_try_at: datetime | None, *, counts: bool = False
) -> None:
    """Let a letter wait that has certainly not left; with `counts` the server asked to be tried later."""
    letter = session.get_one(OutgoingLetter, letter_id, populate_existing=True)
    letter.state, letter.handed_over_at = OutgoingState.QUEUED, None
    letter.problem, letter.next_try_at = problem, next_try_at
    letter.tries += counts
    session.flush()


def try_later(session: Session, letter_id: str, problem: Problem, now: datetime) -> bool:
    """Let a letter wait that the server did not want now; False, and refused, if it never wanted it for three days."""
    tries = session.get_one(OutgoingLetter, letter_id, populate_existing=True).tries
    if tries + 1 >= MOST_TRIES:
        refuse(session, letter_id, problem, now)
        return False
    put_back(session, letter_id, problem, now + pause_after(tries), counts=True)
    return True


def refuse(session: Session, letter_id: str, problem: Problem, now: datetime) -> None:
    """End a letter that its server will not have; where some have it already, the others do not get it."""
    letter = session.get_one(OutgoingLetter, letter_id, populate_existing=True)
    for recipient in letter.recipients:
        if recipient.state is RecipientState.WAITING:
            recipient.state, recipient.problem = RecipientState.REFUSED, problem
    letter.state = OutgoingState.SENT if letter.sent_at is not None else OutgoingState.REFUSED
    letter.problem, letter.handed_over_at = problem, None
    letter.next_try_at = now if letter.sent_at is not None and not letter.kept_in_sent else None  # of its copy
    session.flush()
    letter_refused(session, letter, now)


def answer_for(
    session: Session, parcel: Parcel, refused: Mapping[str, Problem], for_now: Collection[str], now: datetime
) -> OutgoingLetter:
    """Write down which recipients the server took and which it refused, `for_now` or for good; return the letter."""
    letter = session.get_one(OutgoingLetter, parcel.letter_id, populate_existing=True)
    last_try, refused_now = letter.tries + 1 >= MOST_TRIES, False
    for recipient in letter.recipients:
        if recipient.address not in parcel.recipients:
            continue
        recipient.problem = refused.get(recipient.address)
        if recipient.problem is None:
            recipient.state = RecipientState.ACCEPTED
            letter.sent_at = letter.sent_at or now
        elif last_try or recipient.address not in for_now:
            recipient.state, refused_now = RecipientState.REFUSED, True
    if any(recipient.state is RecipientState.WAITING for recipient in letter.recipients):
        letter.state, letter.next_try_at = OutgoingState.QUEUED, now + pause_after(letter.tries)
        letter.tries += 1
    else:
        _end(letter)
    letter.handed_over_at = None
    session.flush()
    if refused_now:
        letter_refused(session, letter, now)
    return letter


def is_mine(session: Session, parcel: Parcel, handed_over_at: datetime) -> bool:
    """Tell whether it is still this handing over that the letter waits for, and keep everybody else from it."""
    same = and_(OutgoingLetter.id == parcel.letter_id, OutgoingLetter.handed_over_at == handed_over_at)
    open_still = OutgoingLetter.state.in_((OutgoingState.SENDING, OutgoingState.IN_DOUBT))
    ours = update(OutgoingLetter).where(same, open_still).values(handed_over_at=handed_over_at)
    return rows_of(session.execute(ours, execution_options=BLUNT)) == 1


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries the server put off."""
    return min(FIRST_PAUSE * (1 << min(tries, 10)), LONGEST_PAUSE)


def next_due(session: Session, account_id: int, passed_over: Collection[str] = ()) -> datetime | None:
    """Return when the account's outbox is to be looked at again by itself; None: when somebody wants it.

    What was passed over waits for a password, not for its time.
    """
    unkept = and_(OutgoingLetter.state == OutgoingState.SENT, OutgoingLetter.kept_in_sent.is_(False))
    mine = and_(OutgoingLetter.account_id == account_id, or_(OutgoingLetter.state == OutgoingState.QUEUED, unkept))
    return session.scalar(
        select(func.min(OutgoingLetter.next_try_at)).where(mine, OutgoingLetter.id.not_in(passed_over))
    )


def _end(letter: OutgoingLetter) -> None:
    """Nobody is left to wait for."""
    letter.state = OutgoingState.SENT if letter.sent_at is not None else OutgoingState.REFUSED
    letter.next_try_at = letter.sent_at if not letter.kept_in_sent else None
    refusals = [recipient.problem for recipient in letter.recipients if recipient.problem is not None]
    letter.problem = refusals[0] if refusals and letter.state is OutgoingState.REFUSED else None


def _parcel(letter: OutgoingLetter) -> Parcel:
    waiting = tuple(one.address for one in letter.recipients if one.state is RecipientState.WAITING)
    return Parcel(letter.id, letter.author_id, letter.account.address, waiting, letter.sha256 or "")


def _queued(account_id: int) -> ColumnElement[bool]:
    return and_(OutgoingLetter.account_id == account_id, OutgoingLetter.state == OutgoingState.QUEUED)


def _sending(letter_id: str) -> ColumnElement[bool]:
    return and_(OutgoingLetter.id == letter_id, OutgoingLetter.state == OutgoingState.SENDING)
