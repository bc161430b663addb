"""How work at a direction of an account ended: well, in trouble, or not at all; and when it is due again."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.detection.refusals import password_refused
from webapp.mail.settings import Direction
from webapp.net.problems import Problem
from webapp.storage.models import Traffic
from webapp.storage.traffic import BLUNT, PACE, Post, of
from webapp.storage.troubles import TOLD_AFTER

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30))  # after each failure, then the last


def succeed(session: Session, post: Post, holder: str, now: datetime, due_at: datetime | None = None) -> Traffic | None:
    """End the work well; return the row if a trouble that was told is over with this, else None.

    What runs by itself is due again after its pace, everything else at
    `due_at` or when somebody wants it.
    """
    row = _held(session, post, holder)
    if row is None:
        return None
    healed = _told(row)
    row.trouble, row.trouble_since, row.failures, row.refused = None, None, 0, False
    row.worked_at = now
    _release(row, row.due_at or due_at or next_turn(row, now))
    session.flush()
    if row.account.login_refused and not _refused(session, post.account_id):
        row.account.login_refused = False
    session.flush()
    return row if healed else None


def fail(session: Session, post: Post, holder: str, now: datetime, problem: Problem) -> Traffic | None:
    """End the work with its trouble; return the row if somebody is to be told of it now.

    Temporary trouble is tried again after longer and longer pauses and switches
    nothing off; a refused login is tried once more, then waits for a new
    password (DESIGN 5.8).
    """
    row = _held(session, post, holder)
    if row is None:
        return None
    before = row.trouble is not None and password_refused(row.trouble)
    row.trouble_since = row.trouble_since or now
    if not before:
        row.trouble = problem
    if not password_refused(problem):
        row.failures += 1
        _release(row, now + PAUSES[min(row.failures, len(PAUSES)) - 1])
        news = row.failures == TOLD_AFTER
    else:
        row.trouble, row.refused, news = problem, before, before
        row.account.login_refused = row.account.login_refused or before
        _release(row, None if before else now + PAUSES[0])
    session.flush()
    return row if news else None


def give_back(session: Session, post: Post, holder: str, due_at: datetime) -> None:
    """End work that was neither done nor failed, and is to be taken up again then, or at once if it was wanted."""
    row = _held(session, post, holder)
    if row is not None:
        _release(row, row.due_at or due_at)
        session.flush()


def leave(session: Session, post: Post, holder: str, now: datetime) -> None:
    """End work that nobody wants for now: a person stopped it, or a password is missing.

    Unless it was stopped, a wish that came meanwhile stands: the password may have just been typed.
    """
    row = _held(session, post, holder)
    if row is not None:
        wanted_at = None if row.stop_requested else row.due_at
        _release(row, wanted_at or next_turn(row, now))
        session.flush()


def do_nothing(session: Session, post: Post, holder: str, now: datetime) -> None:
    """End work that had nothing to do: what made trouble is not wanted any more, but no login was proved."""
    row = _held(session, post, holder)
    if row is None:
        return
    if row.trouble is not None and not password_refused(row.trouble):
        row.trouble, row.trouble_since, row.failures = None, None, 0
    _release(row, row.due_at or next_turn(row, now))
    session.flush()


def note_refusal(session: Session, post: Post, problem: Problem, now: datetime) -> None:
    """Count a login that was refused to a person who tried what is stored: one retry, then nothing (DESIGN 5.8)."""
    row = session.get(Traffic, (post.account_id, post.direction), populate_existing=True)
    if row is None or row.refused:
        return
    row.trouble, row.trouble_since = problem, row.trouble_since or now
    if row.due_at is not None:
        row.due_at = max(row.due_at, now + PAUSES[0])
    session.flush()


def next_turn(row: Traffic, now: datetime) -> datetime | None:
    """Return when a direction is due if nobody wants it before."""
    return now + PACE if row.direction is Direction.INCOMING and row.account.automatic else None


def _told(row: Traffic) -> bool:
    return row.refused or row.failures >= TOLD_AFTER


def _refused(session: Session, account_id: int) -> bool:
    """Tell whether some direction of the account is in trouble with its login."""
    troubles = session.scalars(select(Traffic.trouble).where(Traffic.account_id == account_id))
    return any(trouble is not None and password_refused(trouble) for trouble in troubles)


def _held(session: Session, post: Post, holder: str) -> Traffic | None:
    """Return our row with the write lock held, None if somebody else has it by now."""
    ours = (of(post), Traffic.leased_by == holder)
    session.execute(update(Traffic).where(*ours).values(leased_by=holder), execution_options=BLUNT)
    return session.scalar(select(Traffic).where(*ours).execution_options(populate_existing=True))


def _release(row: Traffic, due_at: datetime | None) -> None:
    row.leased_by = row.leased_until = None
    row.due_at, row.stop_requested = due_at, False
    row.done = row.total = 0
