"""How a letter of the outbox stands, in words: what it waits for, why it was refused, what to do next."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.accesses import access_of
from webapp.storage.base import utc_now
from webapp.storage.models import Account, OutgoingLetter, OutgoingRecipient, OutgoingState, RecipientState, Traffic
from webapp.web.accounts.passwords import may_type
from webapp.web.explaining.entries import Situation
from webapp.web.explaining.explained import Circumstances, Explained, explained
from webapp.web.extensions import box, db
from webapp.web.wording.names import readable_address
from webapp.web.wording.sending import OF_THE_LETTER, STATES, fate_words, put_off_words, subject_words

SOON, LATER = "1s", "5s"  # how often a page asks again
TONES = {
    OutgoingState.QUEUED: ("accent", "clock"),
    OutgoingState.SENDING: ("accent", "envelope"),
    OutgoingState.IN_DOUBT: ("warn", "warning"),
    OutgoingState.SENT: ("ok", "check"),
    OutgoingState.REFUSED: ("bad", "cross"),
}


@dataclass(frozen=True)
class Link:
    """A next step that is a page."""

    words: str
    url: str


@dataclass(frozen=True)
class RecipientLine:
    """One address the letter goes to, and why it does not have it."""

    address: str
    state: str
    tone: str | None
    why: str


@dataclass(frozen=True)
class Standing:
    """A letter of the outbox as its pages show it; `asks_again` None: nothing changes by itself."""

    letter: OutgoingLetter
    subject: str
    state: str
    tone: str
    sign: str
    sentence: str
    problem: Explained | None
    said: str | None
    next_try_at: datetime | None
    link: Link | None
    recipients: tuple[RecipientLine, ...]
    asks_again: str | None

    @property
    def may_cancel(self) -> bool:
        """Tell whether the letter can be taken back: nobody has it yet, and somebody wrote it."""
        taken_back = self.letter.state in (OutgoingState.QUEUED, OutgoingState.REFUSED)
        return taken_back and self.letter.sent_at is None and self.letter.author_id is not None

    @property
    def may_begin_anew(self) -> bool:
        """Tell whether some did not get a letter somebody wrote."""
        refused = any(one.state is RecipientState.REFUSED for one in self.letter.recipients)
        return self.letter.state is OutgoingState.SENT and refused and self.letter.author_id is not None

    @property
    def partly_sent(self) -> bool:
        """Tell whether some have the letter and others are waited for."""
        return self.letter.state is OutgoingState.QUEUED and self.letter.sent_at is not None


@dataclass(frozen=True)
class Wait:
    """Why a queued letter has not left: a sentence, the problem behind it, when it is tried again, what to press."""

    sentence: str
    problem: Problem | None = None
    next_try_at: datetime | None = None
    link: Link | None = None
    tone: str = "accent"
    usual: bool = False  # and so not worth an explanation


def standing_of(letter: OutgoingLetter) -> Standing:
    """Return how a letter stands."""
    queued = letter.state is OutgoingState.QUEUED
    wait = _wait(letter) if queued else Wait(fate_words(letter), letter.problem)
    told = wait.problem if letter.state is not OutgoingState.IN_DOUBT and not wait.usual else None
    state, tone, sign = _state(letter, wait)
    return Standing(
        letter=letter,
        subject=subject_words(letter.subject),
        state=state,
        tone=tone,
        sign=sign,
        sentence=wait.sentence,
        problem=_told(told) if told is not None else None,
        said=wait.problem.server_said if wait.problem is not None else None,
        next_try_at=wait.next_try_at,
        link=wait.link,
        recipients=tuple(_line(letter, one) for one in letter.recipients),
        asks_again=_pace(letter, wait),
    )


def _state(letter: OutgoingLetter, wait: Wait) -> tuple[str, str, str]:
    """Return the word for how a letter stands, with its tone and sign."""
    tone, sign = TONES[letter.state]
    if letter.state is OutgoingState.SENT and any(one.state is RecipientState.REFUSED for one in letter.recipients):
        return gettext("not to everybody"), "warn", "warning"
    return gettext(STATES[letter.state]), *((tone, sign) if wait.tone == "accent" else (wait.tone, "warning"))


def _told(problem: Problem) -> Explained:
    """Return the explanation of a problem; who wrote the letter is told of the letter, not of the account."""
    situation = Situation.OWN_LETTER if problem.kind in OF_THE_LETTER else Situation.AT_WORK
    return explained(problem, Circumstances(Direction.OUTGOING, situation))


def _wait(letter: OutgoingLetter) -> Wait:
    """Return what a queued letter waits for, the thing a person can mend first."""
    session, account, now = db.session(), letter.account, utc_now()
    row = session.get(Traffic, (account.id, Direction.OUTGOING), populate_existing=True)
    if row is not None and row.refused:
        words = gettext("The server does not accept the password. The letter leaves when the new one is typed.")
        return _for_password(account, Wait(words, row.trouble, tone="bad"))
    if access_of(session, box(), account, Direction.OUTGOING, now, letter.author_id or 0) is None:
        words = gettext("The password of the account is not stored. The letter leaves when you type it.")
        return _for_password(account, Wait(words, tone="warn"))
    if row is None:
        words = gettext("Sending with this account is switched off at the moment; the letter waits until it is on.")
        return Wait(words, tone="warn")
    if row.trouble is not None and row.trouble.kind is ProblemKind.LOGIN_REFUSED:
        words = gettext(
            "The server did not accept the password. It is tried once more; the letter leaves with it, "
            "or with a new one."
        )
        return _for_password(account, Wait(words, row.trouble, row.due_at, tone="warn"))
    if row.trouble is not None:
        words = gettext(
            "The server cannot be reached or does not work at the moment. The letter waits and leaves by itself."
        )
        return Wait(words, row.trouble, row.due_at, tone="warn")
    if letter.next_try_at is not None and letter.next_try_at > now:
        return Wait(put_off_words(letter), letter.problem, letter.next_try_at, tone="warn", usual=True)
    return Wait(gettext("The letter leaves in a moment."))


def _for_password(account: Account, wait: Wait) -> Wait:
    """Lead to the password, or say who is to type it."""
    if may_type(account):
        return replace(
            wait, link=Link(gettext("Type the password"), url_for("accounts.password", account_id=account.id))
        )
    others = gettext("An administrator has to type the password of this account anew.")
    return replace(wait, sentence=f"{wait.sentence} {others}")


def _pace(letter: OutgoingLetter, wait: Wait) -> str | None:
    if letter.state is OutgoingState.SENDING:
        return SOON
    if letter.state is OutgoingState.QUEUED:
        return SOON if wait.tone == "accent" else LATER
    return None


def _line(letter: OutgoingLetter, one: OutgoingRecipient) -> RecipientLine:
    words, tone = {
        RecipientState.ACCEPTED: (gettext("taken by the server"), "ok"),
        RecipientState.REFUSED: (gettext("refused"), "bad"),
        RecipientState.WAITING: (gettext("waits"), None),
    }[one.state]
    if one.state is RecipientState.WAITING and letter.state is OutgoingState.IN_DOUBT:
        words, tone = gettext("not known"), "warn"
    if one.state is RecipientState.WAITING and letter.state is OutgoingState.REFUSED:
        words, tone = gettext("not sent"), "bad"
    own = one.problem is not None and one.problem.kind is ProblemKind.RECIPIENT_REFUSED
    said = _told(one.problem) if one.problem is not None and own else None
    why = f"{said.happened} {said.remedy}" if said is not None else ""
    return RecipientLine(readable_address(one.address), words, tone, why)
