"""One page of a list of letters as the template draws it: a row a letter, the way to newer and older ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_skeleton
from flask import url_for
from flask_babel import format_datetime, format_time, get_locale, gettext

from webapp.storage.base import utc_now
from webapp.storage.letter_pages import LetterPage, page
from webapp.storage.models import Letter
from webapp.web.access import me
from webapp.web.extensions import db
from webapp.web.mail.listing import Listing
from webapp.web.moments import local
from webapp.web.wording.accounts import title_of
from webapp.web.wording.folders import folder_name
from webapp.web.wording.names import readable_address
from webapp.web.wording.sending import size_words, subject_words


@dataclass(frozen=True)
class LetterRow:
    """One letter; `place` tells its folder where the list is of several."""

    id: int
    url: str
    who: str
    subject: str
    snippet: str
    place: str
    day: str
    moment: str
    size: str
    attachments: int
    unread: bool
    answered: bool
    flagged: bool
    current: bool


@dataclass(frozen=True)
class ListPane:
    """A page of letters; `scopes` are where one may look for words, each with its key."""

    found: LetterPage
    title: str
    account: str
    listing: Listing
    scopes: tuple[tuple[str, str], ...]
    rows: tuple[LetterRow, ...]
    newer_url: str | None
    older_url: str | None


def list_pane(listing: Listing, current: Letter | None = None) -> ListPane:
    """Return a page of the list, the open letter marked."""
    found = page(db.session(), me(), listing.wanted, listing.cursor)
    now, query = local(utc_now()), listing.query
    return ListPane(
        found=found,
        title=listing.title,
        account=title_of(listing.account) if listing.account is not None else "",
        listing=listing,
        scopes=tuple((one.key, words) for one, words in _scopes(listing)),
        rows=tuple(_row(letter, listing, query, current, now) for letter in found.letters),
        newer_url=listing.beside(found.newer),
        older_url=listing.beside(found.older),
    )


def sender_of(letter: Letter) -> str:
    """Return who wrote a letter, by name if there is one."""
    return letter.sender_name or readable_address(letter.sender_address) or gettext("Unknown sender")


def short_moment(moment: datetime, now: datetime) -> str:
    """Return a moment as short as it can be told: the time of today, the day of this year, else the date."""
    then = local(moment)
    if then.date() == now.date():
        return str(format_time(moment, "short"))
    skeleton = "MMMd" if then.year == now.year else "yMd"
    return str(format_skeleton(skeleton, then, locale=get_locale()))


def _scopes(listing: Listing) -> Iterator[tuple[Listing, str]]:
    if listing.folder is not None:
        yield listing, gettext("in this folder")
    if listing.account is not None:
        yield listing.but(folder=None), gettext("in this account")
    yield listing.but(folder=None, account=None), gettext("everywhere")


def _row(letter: Letter, listing: Listing, query: dict[str, Any], current: Letter | None, now: datetime) -> LetterRow:
    return LetterRow(
        id=letter.id,
        url=url_for("mail.letter", letter_id=letter.id, **query),
        who=letter.recipients or gettext("nobody") if listing.shows_recipients else sender_of(letter),
        subject=subject_words(letter.subject),
        snippet=letter.snippet,
        place=_place(letter, listing),
        day=short_moment(letter.received_at, now),
        moment=str(format_datetime(letter.received_at, "long")),
        size=size_words(letter.size),
        attachments=letter.attachments,
        unread=not letter.seen,
        answered=letter.answered,
        flagged=letter.flagged,
        current=current is not None and current.id == letter.id,
    )


def _place(letter: Letter, listing: Listing) -> str:
    if listing.folder is not None:
        return ""
    name = folder_name(letter.folder)
    return name if listing.account is not None else f"{title_of(letter.account)} · {name}"
