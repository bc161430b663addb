"""What a person does to letters: read them, leave them unread, delete them. The server is told later."""

from collections.abc import Sequence

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from webapp.storage.letter_changes import delete_for_good, mark_seen, move_to_trash
from webapp.storage.letter_pages import neighbours
from webapp.storage.mailboxes import get_letters
from webapp.storage.models import FolderRole, Letter
from webapp.web.access import me
from webapp.web.extensions import db
from webapp.web.mail.blueprint import LARGEST_NUMBER, LETTER, Answer, bp, my_letter
from webapp.web.mail.letter_pane import letter_url
from webapp.web.mail.listing import Listing, asked_listing, listing_around, scope_of
from webapp.web.mail.panes import drawn
from webapp.web.wording.folders import ROLES
from webapp.web.wording.sending import subject_words

MOST_TICKED = 100


@bp.post(f"/mail/letters/{LETTER}/read")
def read(letter_id: int) -> Response:
    """Count a letter as read: its page asks for it by itself where there is JavaScript, by a button where not."""
    letter = my_letter(letter_id)
    listing = listing_around(letter)
    mark_seen(db.session(), [letter])
    db.session.commit()
    return redirect(letter_url(letter.id, listing) or listing.url, 303)


@bp.post(f"/mail/letters/{LETTER}/unread")
def unread(letter_id: int) -> Response:
    """Leave a letter unread, and leave its page: it would be read again there."""
    letter = my_letter(letter_id)
    listing = listing_around(letter)
    mark_seen(db.session(), [letter], seen=False)
    db.session.commit()
    flash(gettext("“%(subject)s” counts as unread again.", subject=subject_words(letter.subject)), "ok")
    return redirect(listing.url, 303)


@bp.route(f"/mail/letters/{LETTER}/delete", methods=["GET", "POST"])
def delete(letter_id: int) -> Answer:
    """Move a letter to the trash; from there it goes for good, after a question."""
    letter = my_letter(letter_id)
    listing = listing_around(letter)
    if request.method != "POST" or _must_ask([letter]):
        return _question(listing, [letter], letter_url(letter.id, listing) or listing.url)
    beside = neighbours(db.session(), me(), listing.wanted, letter)
    place = letter_url(beside.older_id or beside.newer_id, listing) or listing.url
    _delete([letter])
    return redirect(place, 303)


@bp.post("/mail/letters/ticked")
def several() -> Response:
    """Do to the ticked letters of a list what was pressed."""
    letters, listing, wish = _ticked(request.form.getlist("id")), _listing(), request.form.get("do")
    if wish not in ("read", "unread", "delete"):
        abort(400)
    if not letters:
        flash(gettext("Tick the letters first."), "warn")
    elif wish != "delete":
        mark_seen(db.session(), letters, seen=wish == "read")
        db.session.commit()
    elif _must_ask(letters):
        ids = [letter.id for letter in letters]
        return redirect(url_for("mail.delete_several", id=ids, **listing.query), 303)
    else:
        _delete(letters)
    return redirect(listing.url, 303)


@bp.route("/mail/letters/delete", methods=["GET", "POST"])
def delete_several() -> Answer:
    """Ask whether letters of the trash may go for good, and let them."""
    listing = _listing()
    letters = _ticked(request.values.getlist("id"))
    if request.method == "POST" and not _must_ask(letters):
        _delete(letters)
    elif letters:
        return _question(listing, letters, listing.url)
    return redirect(listing.url, 303)


def _must_ask(letters: Sequence[Letter]) -> bool:
    return "for_good" not in request.form and any(_in_trash(letter) for letter in letters)


def _delete(letters: Sequence[Letter]) -> None:
    """Delete for good what is in the trash, and put the rest there."""
    gone = [letter for letter in letters if _in_trash(letter)]
    thrown = [letter for letter in letters if not _in_trash(letter)]
    delete_for_good(db.session(), gone)
    move_to_trash(db.session(), thrown, gettext(ROLES[FolderRole.TRASH]))
    db.session.commit()
    if gone:
        flash(ngettext("%(num)s letter is deleted for good.", "%(num)s letters are deleted for good.", len(gone)), "ok")
    if thrown:
        flash(ngettext("%(num)s letter is in the trash.", "%(num)s letters are in the trash.", len(thrown)), "ok")


def _question(listing: Listing, letters: Sequence[Letter], back_url: str) -> str:
    for_good, alone = any(_in_trash(letter) for letter in letters), letters[0]
    if len(letters) > 1:
        question = ngettext("Delete %(num)s letter for good?", "Delete %(num)s letters for good?", len(letters))
    elif for_good:
        question = gettext("Delete “%(subject)s” for good?", subject=subject_words(alone.subject))
    else:
        question = gettext("Move “%(subject)s” to the trash?", subject=subject_words(alone.subject))
    return drawn(
        "mail/delete.html",
        listing,
        "letter",
        question=question,
        for_good=for_good,
        ids=[letter.id for letter in letters] if request.endpoint == "mail.delete_several" else [],
        action=request.full_path.rstrip("?"),
        back_url=back_url,
    )


def _ticked(written: Sequence[str]) -> Sequence[Letter]:
    """Return the letters of these numbers that the person may read; rubbish is no number."""
    digits = {one for one in written[:MOST_TICKED] if one.isascii() and one.isdigit() and len(one) < 19}
    return get_letters(db.session(), me(), {int(one) for one in digits if int(one) <= LARGEST_NUMBER})


def _listing() -> Listing:
    """Return the list letters were ticked in."""
    return asked_listing(*(scope_of(request.args.get("within", "")) or (None, None)))


def _in_trash(letter: Letter) -> bool:
    return letter.folder.role is FolderRole.TRASH
