"""Words for how a direction of an account stands: one state, when it worked, what is wrong, how far a load is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_datetime, format_decimal, format_time, gettext

from webapp.mail.settings import Direction
from webapp.storage.models import Account, AccountState
from webapp.storage.standing import DirectionState, Standing
from webapp.web.explaining.entries import Situation
from webapp.web.explaining.explained import Circumstances, Explained, explained, provider_of
from webapp.web.moments import local
from webapp.web.wording.accounts import STATES, StateWords
from webapp.web.wording.words import N_

TITLES: dict[Direction, tuple[str, str]] = {
    Direction.INCOMING: (N_("Receiving"), "inbox"),
    Direction.OUTGOING: (N_("Sending"), "outbox"),
}
STANDINGS: dict[Standing, StateWords] = {
    Standing.WORKS: STATES[AccountState.WORKS],
    Standing.WAITS: STATES[AccountState.WAITING],
    Standing.NEEDS_PASSWORD: STATES[AccountState.NEEDS_PASSWORD],
    Standing.LOGIN_REFUSED: STATES[AccountState.LOGIN_REFUSED],
    Standing.NOT_BY_ITSELF: StateWords(N_("on request"), "", "person"),
}
UNDER_WAY: dict[Direction, str] = {
    Direction.INCOMING: N_("Letters are being received…"),
    Direction.OUTGOING: N_("Letters are being sent…"),
}


@dataclass(frozen=True)
class Progress:
    """How far a load is; `total` 0: not known yet."""

    words: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class DirectionWords:
    """One direction of an account as a page shows it."""

    direction: Direction
    title: str
    sign: str
    state: StateWords
    sentences: tuple[str, ...]
    trouble: Explained | None
    progress: Progress | None


def direction_words(account: Account, state: DirectionState, now: datetime) -> DirectionWords:
    """Return a direction in words."""
    title, sign = TITLES[state.direction]
    words = STANDINGS[state.standing]
    trouble = None
    if state.standing in (Standing.WAITS, Standing.LOGIN_REFUSED) and state.problem is not None:
        provider = provider_of(state.problem, account.domain, None)
        trouble = explained(state.problem, Circumstances(state.direction, Situation.AT_WORK, provider))
    return DirectionWords(
        direction=state.direction,
        title=gettext(title),
        sign=sign,
        state=StateWords(gettext(words.word), words.tone, words.sign),
        sentences=tuple(_sentences(state, now)),
        trouble=trouble,
        progress=_progress(state),
    )


def _sentences(state: DirectionState, now: datetime) -> Iterator[str]:
    since = moment_words(state.since, now) if state.since is not None else ""
    if state.standing is Standing.WAITS:
        yield _trouble_words(state, since, now)
    elif state.standing is Standing.LOGIN_REFUSED:
        yield gettext("Nothing is tried until a new password has worked.")
    elif state.standing is Standing.NEEDS_PASSWORD:
        yield gettext("Nothing happens until the password is typed.")
    if state.worked_at is not None:
        yield gettext("Worked last: %(moment)s.", moment=moment_words(state.worked_at, now))


def _trouble_words(state: DirectionState, since: str, now: datetime) -> str:
    if state.under_way or state.next_at is None:
        return gettext("Trouble since %(since)s.", since=since)
    if state.waits_its_turn:
        return gettext("Trouble since %(since)s; it is tried again now.", since=since)
    next_at = moment_words(state.next_at, now)
    return gettext("Trouble since %(since)s; next try: %(next)s.", since=since, next=next_at)


def moment_words(moment: datetime, now: datetime) -> str:
    """Return a moment as briefly as it can be told: of today the time alone."""
    if local(moment).date() == local(now).date():
        return str(format_time(moment, "short"))
    return str(format_datetime(moment, "short"))


def _progress(state: DirectionState) -> Progress | None:
    if state.under_way and state.total:
        done, total = min(state.done, state.total), state.total
        words = gettext("Loaded %(done)s of %(total)s", done=format_decimal(done), total=format_decimal(total))
        return Progress(words, done, total)
    if state.under_way:
        return Progress(gettext(UNDER_WAY[state.direction]))
    if state.waits_its_turn:
        return Progress(gettext("Waits for its turn…"))
    return None
