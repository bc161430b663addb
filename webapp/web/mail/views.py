"""The pages of letters: lists of them, and one of them beside its list. Files, frames and changes have modules."""

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from webapp.storage.mailboxes import get_folder, get_mailbox
from webapp.web.access import me
from webapp.web.extensions import db

# Each adds its views to the blueprint when it is imported.
from webapp.web.mail import changes, frames
from webapp.web.mail.blueprint import LARGEST_NUMBER, LETTER, Answer, bp, my_letter
from webapp.web.mail.listing import asked_listing, listing_around, scope_of
from webapp.web.mail.panes import drawn

__all__ = ["bp", "changes", "frames"]


@bp.get("/mail")
def index() -> str:
    """Show all folders, and beside them, where there is room, the newest letters of all, or of what is `open`."""
    return drawn("mail/list.html", asked_listing(*(scope_of(request.args.get("open", "")) or (None, None))), "tree")


@bp.get("/mail/all")
def everything() -> str:
    """Show the newest letters of all accounts."""
    return drawn("mail/list.html", asked_listing(), "list")


@bp.get(f"/mail/accounts/<int(max={LARGEST_NUMBER}):account_id>")
def account(account_id: int) -> str:
    """Show the letters of one account."""
    mailbox = get_mailbox(db.session(), me(), account_id) or abort(404)
    return drawn("mail/list.html", asked_listing(account=mailbox), "list")


@bp.get(f"/mail/folders/<int(max={LARGEST_NUMBER}):folder_id>")
def folder(folder_id: int) -> str:
    """Show the letters of one folder."""
    found = get_folder(db.session(), me(), folder_id) or abort(404)
    return drawn("mail/list.html", asked_listing(folder=found), "list")


@bp.get("/mail/fresh")
def fresh() -> Answer:
    """Return folders and list as they are by now, for the open page that asks by itself."""
    listing = asked_listing(*(scope_of(request.args.get("within", "")) or (None, None)))
    if "HX-Request" not in request.headers:
        return redirect(listing.url, 303)
    return drawn("mail/fresh.html", listing, request.args.get("pane", ""))


@bp.get("/mail/search")
def search() -> Response:
    """Lead to the list of the scope that was chosen, with the words that were typed."""
    scope = scope_of(request.args.get("scope", ""))
    return redirect(asked_listing(*(scope or (None, None))).but().url, 303)


@bp.get(f"/mail/letters/{LETTER}")
def letter(letter_id: int) -> Answer:
    """Show one letter, beside the list it was opened from."""
    found = my_letter(letter_id)
    return drawn("mail/letter.html", listing_around(found), "letter", found)
