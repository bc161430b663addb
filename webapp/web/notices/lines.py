"""Notices as the list shows them: what, since when, over when, what to do, and what became of the letter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.net.problems import ProblemKind
from webapp.storage.models import Account, LetterFate, NoticeCopy, NoticeKind, OutgoingLetter, OutgoingState, User
from webapp.web.wording.notices import TONES, letter_words, notice_words

OF_LETTERS = (NoticeKind.LETTER_REFUSED, NoticeKind.LETTER_IN_DOUBT)
ON_ITS_WAY = (OutgoingState.QUEUED, OutgoingState.SENDING)


@dataclass(frozen=True)
class Link:
    """A next step: what it is called and where it leads; `away` is a page of somebody else's."""

    words: str
    url: str
    away: bool = False


@dataclass(frozen=True)
class Line:
    """One notice of one person's list."""

    id: int
    at: datetime
    title: str
    sentences: tuple[str, ...]
    links: tuple[Link, ...]
    tone: str
    sign: str
    unread: bool
    state: str | None
    state_tone: str | None
    letter: str
    no_address: bool
    on_its_way: bool


def lines_of(session: Session, user: User, copies: Sequence[NoticeCopy]) -> tuple[Line, ...]:
    """Return the lines of a page; the accounts they are about are asked for at once."""
    numbers = {copy.notice.account_id for copy in copies if copy.notice.account_id is not None}
    found = select(Account.id, Account.owner_id).where(Account.id.in_(numbers))
    owners = {row.id: row.owner_id for row in session.execute(found)} if numbers else {}
    letters = _letters(session, copies)
    return tuple(_line(user, copy, owners, letters) for copy in copies)


def _letters(session: Session, copies: Sequence[NoticeCopy]) -> set[str]:
    """Return which of the letters that were told of are kept still."""
    told = {letter for copy in copies if (letter := _letter_of(copy)) is not None}
    found = select(OutgoingLetter.id).where(OutgoingLetter.id.in_(told), OutgoingLetter.state != OutgoingState.DRAFT)
    return set(session.scalars(found)) if told else set()


def _letter_of(copy: NoticeCopy) -> str | None:
    """Return the number of the letter a notice is about."""
    return dict(copy.notice.details).get("letter") if copy.notice.kind in OF_LETTERS else None


def _line(user: User, copy: NoticeCopy, owners: dict[int, int | None], letters: set[str]) -> Line:
    notice, words = copy.notice, notice_words(copy.notice)
    tone, sign = TONES[notice.kind]
    over = notice.kind is NoticeKind.TROUBLE and notice.over_at is not None
    steps = () if over else (*_to_letter(copy, letters), *_steps(user, copy, owners))
    pages = () if over else tuple(Link(said, url, away=True) for said, url in words.pages)
    state = _state(copy)
    return Line(
        id=notice.id,
        at=notice.at,
        title=words.title,
        sentences=words.sentences,
        links=(*steps, *pages),
        tone="accent" if over else tone,
        sign=sign,
        unread=copy.read_at is None,
        state=state,
        state_tone="ok" if over else tone if state else None,
        letter=letter_words(copy),
        no_address=copy.fate is LetterFate.NO_ADDRESS,
        on_its_way=notice.kind is NoticeKind.TEST and copy.letter is not None and copy.letter.state in ON_ITS_WAY,
    )


def _state(copy: NoticeCopy) -> str | None:
    if copy.notice.kind is not NoticeKind.TROUBLE:
        return None
    return gettext("over") if copy.notice.over_at is not None else gettext("goes on")


def _to_letter(copy: NoticeCopy, letters: set[str]) -> Iterable[Link]:
    number = _letter_of(copy)
    if number in letters:
        yield Link(gettext("To the letter"), url_for("compose.outgoing", outgoing_id=number))


def _steps(user: User, copy: NoticeCopy, owners: dict[int, int | None]) -> Iterable[Link]:
    """Return what the person can do; of a colleague's account an administrator sees its card alone (DESIGN 5.3)."""
    notice, account_id = copy.notice, copy.notice.account_id
    if account_id is None or account_id not in owners or notice.kind in OF_LETTERS:
        return
    if owners[account_id] not in (None, user.id):
        if user.is_admin:
            yield Link(gettext("To the account"), url_for("administration.account", account_id=account_id))
        return
    if notice.kind is NoticeKind.TROUBLE and notice.problem is not None:
        if notice.problem.kind is ProblemKind.LOGIN_REFUSED:
            yield Link(gettext("Type the new password"), url_for("accounts.password", account_id=account_id))
        else:
            yield Link(gettext("Check the settings"), url_for("accounts.checks", account_id=account_id))
    yield Link(gettext("To the account"), url_for("accounts.page", account_id=account_id))
