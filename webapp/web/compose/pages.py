"""What the page of a letter being written shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, url_for
from flask_babel import gettext

from webapp.storage import writing
from webapp.storage.base import new_token
from webapp.storage.models import Account, OutgoingLetter
from webapp.storage.writing import LARGEST_FILE, LARGEST_FILES
from webapp.web.access import me
from webapp.web.extensions import db
from webapp.web.forms.compose import ComposeForm
from webapp.web.moments import local
from webapp.web.wording.sending import size_words, subject_words


@dataclass(frozen=True)
class FileLine:
    """One attached file."""

    id: int
    name: str
    size: str


@dataclass(frozen=True)
class WritePage:
    """The page: `letter_id` is known before the letter is stored, `stored` tells whether it is."""

    letter_id: str
    stored: bool
    title: str
    heading: str
    files: tuple[FileLine, ...]
    files_size: str
    one_limit: str
    all_limit: str
    largest_file: int
    room: int
    saved_at: datetime | None
    kept: bool  # what stands in the form is stored
    changed_elsewhere: bool
    keep_url: str


def my_senders() -> list[Account]:
    """Return the accounts the person may send with."""
    return writing.senders(db.session(), me())


def form_of(letter: OutgoingLetter, accounts: Sequence[Account]) -> ComposeForm:
    """Return the form of a stored draft, as sent or as stored."""
    return ComposeForm(
        accounts,
        key=letter.id,
        page=new_token(),
        version=letter.version,
        signed_as=letter.account_id,
        account_id=letter.account_id,
        to=letter.to,
        cc=letter.cc,
        bcc=letter.bcc,
        subject=letter.subject,
        body=letter.body,
    )


def draw(
    form: ComposeForm, letter: OutgoingLetter | None, *, kept: bool = True, changed_elsewhere: bool = False
) -> str:
    """Return the page of a letter being written."""
    page = page_of(form, letter, kept=kept, changed_elsewhere=changed_elsewhere)
    return render_template("compose/write.html", form=form, page=page)


def page_of(
    form: ComposeForm, letter: OutgoingLetter | None, *, kept: bool = True, changed_elsewhere: bool = False
) -> WritePage:
    """Return what the page shows beside the form."""
    letter_id = letter.id if letter is not None else str(form.key.data)
    files = letter.files if letter is not None else []
    return WritePage(
        letter_id=letter_id,
        stored=letter is not None,
        title=subject_words(letter.subject) if letter is not None else "",
        heading=_heading(letter),
        files=tuple(FileLine(row.id, row.name, size_words(row.size)) for row in files),
        files_size=size_words(sum(row.size for row in files)),
        one_limit=size_words(LARGEST_FILE),
        all_limit=size_words(LARGEST_FILES),
        largest_file=LARGEST_FILE,
        room=max(LARGEST_FILES - sum(row.size for row in files), 0),
        saved_at=local(letter.changed_at) if letter is not None else None,
        kept=kept,
        changed_elsewhere=changed_elsewhere,
        keep_url=url_for("compose.keep", draft_id=letter_id),
    )


def _heading(letter: OutgoingLetter | None) -> str:
    if letter is None:
        return gettext("New letter")
    return gettext("Answer") if letter.in_reply_to else gettext("Draft")
