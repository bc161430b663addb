"""How one direction of an account stands: what a person is told of it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.mail.settings import Direction
from webapp.net.problems import Problem
from webapp.storage.models import Account, Traffic


class Standing(StrEnum):
    """The gravest thing that is to be said."""

    LOGIN_REFUSED = "login-refused"  # twice: nothing is tried before a new password is proved
    NEEDS_PASSWORD = "needs-password"  # noqa: S105 -- a name, not a secret
    WAITS = "waits"  # after trouble; it is tried again by itself
    NOT_BY_ITSELF = "not-by-itself"  # only when somebody wants it
    WORKS = "works"


@dataclass(frozen=True)
class DirectionState:
    """A direction as it stands; `since` and `problem` tell of its trouble, `next_at` when it is tried again.

    While somebody works at it, `total` letters are to come and `done` are here
    (0: not known yet). `waits_its_turn`: it was wanted and has not begun.
    """

    direction: Direction
    standing: Standing
    since: datetime | None = None
    next_at: datetime | None = None
    problem: Problem | None = None
    worked_at: datetime | None = None
    under_way: bool = False
    waits_its_turn: bool = False
    done: int = 0
    total: int = 0


def standing(
    account: Account, direction: Direction, row: Traffic | None, has_password: bool, now: datetime
) -> DirectionState:
    """Return how a direction in use stands; `row` None: it is so new that nobody has looked at it yet."""
    if row is None:
        return DirectionState(direction, _quiet(account, direction) if has_password else Standing.NEEDS_PASSWORD)
    under_way = row.leased_until is not None and row.leased_until > now
    due = row.due_at is not None and row.due_at <= now
    if row.refused:
        kind = Standing.LOGIN_REFUSED
    elif not has_password:
        kind = Standing.NEEDS_PASSWORD
    elif row.trouble is not None:
        kind = Standing.WAITS
    else:
        kind = _quiet(account, direction)
    return DirectionState(
        direction=direction,
        standing=kind,
        since=row.trouble_since,
        next_at=row.due_at,
        problem=row.trouble,
        worked_at=row.worked_at,
        under_way=under_way,
        waits_its_turn=due and not under_way and kind is not Standing.NEEDS_PASSWORD,
        done=row.done if under_way else 0,
        total=row.total if under_way else 0,
    )


def _quiet(account: Account, direction: Direction) -> Standing:
    by_itself = account.automatic or direction is Direction.OUTGOING  # letters leave when they are written
    return Standing.WORKS if by_itself else Standing.NOT_BY_ITSELF
