"""One letter as its page shows it: header, words as text or the address of their frame, files, its neighbours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import format_datetime, gettext

from webapp.mail.messages.html import remote_pictures
from webapp.mail.messages.people import Person, people_in
from webapp.mail.messages.plain import Block, blocks_of
from webapp.mail.messages.reading import to_save, words_of
from webapp.mail.messages.structure import Attachment, Structure, structure_of
from webapp.storage.letter_pages import neighbours
from webapp.storage.models import FolderRole, Letter
from webapp.web.access import me
from webapp.web.extensions import db
from webapp.web.mail.blueprint import raw_of
from webapp.web.mail.listing import Listing
from webapp.web.mail.rows import ListPane, sender_of
from webapp.web.wording.accounts import title_of
from webapp.web.wording.folders import folder_name
from webapp.web.wording.names import readable_address
from webapp.web.wording.sending import size_words, subject_words

LONGEST_TEXT = 256 * 1024  # bytes of each passage shown as text; the whole letter can be saved
MOST_PEOPLE = 30  # named on the page; the source has them all


@dataclass(frozen=True)
class PeopleLine:
    """One line of the header: what it is called, whom it names, how many more there are."""

    title: str
    people: tuple[Person, ...]
    more: int


@dataclass(frozen=True)
class FileRow:
    """One attachment."""

    name: str
    size: str
    url: str


@dataclass(frozen=True)
class Content:
    """The words of a letter that is here: as text, or in a frame of their own."""

    as_html: bool
    frame_url: str
    html_url: str | None
    text_url: str | None
    blocks: tuple[Block, ...]
    cut: bool
    remote_pictures: int
    people: tuple[PeopleLine, ...]
    files: tuple[FileRow, ...]


@dataclass(frozen=True)
class LetterPane:
    """One letter; `content` None: only its header was loaded."""

    id: int
    account_id: int
    subject: str
    sender: str
    sender_address: str
    recipients: str
    account: str
    folder: str
    moment: str
    received: str
    size: str
    unread: bool
    in_trash: bool
    content: Content | None
    listing: Listing
    newer_url: str | None
    older_url: str | None


def letter_pane(letter: Letter, pane: ListPane) -> LetterPane:
    """Return the pane of a letter beside the list it was opened from."""
    raw, listing = raw_of(letter), pane.listing
    beside = pane.found.neighbours_of(letter) or neighbours(db.session(), me(), listing.wanted, letter)
    return LetterPane(
        id=letter.id,
        account_id=letter.account_id,
        subject=subject_words(letter.subject),
        sender=sender_of(letter),
        sender_address=readable_address(letter.sender_address) if letter.sender_name else "",
        recipients=letter.recipients,
        account=title_of(letter.account),
        folder=folder_name(letter.folder),
        moment=_moment(letter.sent_at or letter.received_at),
        received=_moment(letter.received_at),
        size=size_words(letter.size),
        unread=not letter.seen,
        in_trash=letter.folder.role is FolderRole.TRASH,
        content=_content(letter, raw, listing) if raw is not None else None,
        listing=listing,
        newer_url=letter_url(beside.newer_id, listing),
        older_url=letter_url(beside.older_id, listing),
    )


def letter_url(letter_id: int | None, listing: Listing, **more: Any) -> str | None:
    """Return the address of a letter of a list."""
    return url_for("mail.letter", letter_id=letter_id, **listing.query, **more) if letter_id is not None else None


def _content(letter: Letter, raw: bytes, listing: Listing) -> Content:
    structure = structure_of(raw)
    as_html = structure.has_html and request.args.get("view") != "text"
    text = "" if as_html else words_of(raw, structure, LONGEST_TEXT)
    return Content(
        as_html=as_html,
        frame_url=url_for("mail.body", letter_id=letter.id),
        html_url=letter_url(letter.id, listing) if structure.has_html and not as_html else None,
        text_url=letter_url(letter.id, listing, view="text") if as_html else None,
        blocks=blocks_of(text) if text else (),
        cut=len(text) >= LONGEST_TEXT,
        remote_pictures=remote_pictures(raw, structure) if as_html else 0,
        people=_people(structure),
        files=tuple(_file(letter, one) for one in to_save(raw, structure)),
    )


def _people(structure: Structure) -> tuple[PeopleLine, ...]:
    lines = (
        (gettext("To"), ("to",)),
        (gettext("Cc"), ("cc",)),
        (gettext("Bcc"), ("bcc",)),
        (gettext("Answers to"), ("reply-to",)),
    )
    senders = people_in(structure.header, "from")
    found = ((title, people_in(structure.header, *names)) for title, names in lines)
    return tuple(
        PeopleLine(title, tuple(_readable(one) for one in people[:MOST_PEOPLE]), max(len(people) - MOST_PEOPLE, 0))
        for title, people in found
        if people and {one.address for one in people} != {one.address for one in senders}
    )


def _readable(person: Person) -> Person:
    return Person(person.name, readable_address(person.address))


def _file(letter: Letter, attachment: Attachment) -> FileRow:
    url = url_for("mail.part", letter_id=letter.id, number=attachment.number)
    return FileRow(attachment.name, size_words(attachment.size), url)


def _moment(moment: datetime) -> str:
    return str(format_datetime(moment, "d MMMM yyyy, HH:mm"))
