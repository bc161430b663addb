"""What every page of letters begins with: its blueprint, the letter it is about, the words of a letter's file."""

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from webapp.storage import blobs
from webapp.storage.letters import get_visible
from webapp.storage.models import Letter
from webapp.web.access import me
from webapp.web.extensions import db

bp = Blueprint("mail", __name__)

LARGEST_NUMBER = 2**63 - 1  # a database takes no longer one
LETTER = f"<int(max={LARGEST_NUMBER}):letter_id>"

Answer = Response | str | tuple[str, int]


def my_letter(letter_id: int) -> Letter:
    """Return a letter the person may read; of others nobody learns whether it exists."""
    return get_visible(db.session(), me(), letter_id) or abort(404)


def raw_of(letter: Letter) -> bytes | None:
    """Return the letter as it came, None if only its header was loaded."""
    if letter.sha256 is None:
        return None
    return blobs.read(db.session(), letter.sha256) or None


def loaded(letter: Letter) -> bytes:
    """Return the letter as it came; there is no such page for one of which only the header is here."""
    return raw_of(letter) or abort(404)
