"""What every page of writing and of the outbox begins with: its blueprint, the letter it is about, whose it is."""

import re

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from webapp.storage import outbox, writing
from webapp.storage.models import OutgoingLetter
from webapp.web.access import me
from webapp.web.extensions import db

bp = Blueprint("compose", __name__, url_prefix="/mail")

KEY = re.compile(r"[A-Za-z0-9_-]{22}")  # as `new_token` makes them

Answer = Response | str | tuple[str, int]


def mine_or_new(letter_id: str) -> OutgoingLetter | None:
    """Return the person's letter of an id, None if nobody has it yet; of others' nobody learns that it exists."""
    if not KEY.fullmatch(letter_id):
        abort(404)
    letter = writing.find(db.session(), letter_id)
    if letter is not None and letter.author_id != me().id:
        abort(404)
    return letter


def my_letter(letter_id: str) -> OutgoingLetter:
    """Return a letter the person wrote."""
    return writing.find_mine(db.session(), me(), letter_id) or abort(404)


def my_outgoing(letter_id: str) -> OutgoingLetter:
    """Return a letter of the outbox that is the person's to decide about; the program's own are administrators'."""
    return outbox.get_visible(db.session(), me(), letter_id) or abort(404)
