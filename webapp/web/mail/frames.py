"""What a letter brings, under policies of its own: its HTML for a frame, its files, its source (DESIGN 5.6).

The HTML was made safe before (mail/messages/html.py); the policy is there for
the day that fails. It allows no script, no request and no form. Two things go
beyond the shortest policy there could be, and why:
`style-src` names the digest of the one sheet we wrote ourselves, so letters
keep their looks without `unsafe-inline`; `allow-popups…` lets a link that a
person presses open in a tab of its own, as any page there: without it links
of letters would be dead.
"""

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, abort, stream_with_context, url_for
from flask_babel import get_locale

from webapp.mail.messages.content import pieces_of
from webapp.mail.messages.file_names import safe_name
from webapp.mail.messages.html import framed
from webapp.mail.messages.structure import structure_of
from webapp.storage import blobs
from webapp.web.extensions import db
from webapp.web.mail.blueprint import LETTER, bp, loaded, my_letter

LETTER_POLICY = (
    "default-src 'none'; img-src data:; style-src '{digest}'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
FILE_POLICY = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# What a browser or a program on the desk could run by its type is only bytes here.
ACTIVE = ("html", "xml", "svg", "script", "multipart", "message", "x-sh", "hta", "flash")
BYTES = "application/octet-stream"


@bp.get(f"/mail/letters/{LETTER}/body")
def body(letter_id: int) -> Response:
    """Show the words of a letter as a page of their own; only our own pages may frame it."""
    letter = my_letter(letter_id)
    raw = loaded(letter)
    write_url = f"{url_for('compose.new', account=letter.account_id)}&to="
    page = framed(raw, structure_of(raw), str(get_locale()), write_url)
    response = Response(page.document)
    response.headers["Content-Security-Policy"] = LETTER_POLICY.format(digest=page.style_digest)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get(f"/mail/letters/{LETTER}/parts/<number>")
def part(letter_id: int, number: str) -> Response:
    """Hand out one file of a letter, to be saved and never shown."""
    raw = loaded(my_letter(letter_id))
    attachment = structure_of(raw).attachment(number) or abort(404)
    harmless = not any(word in attachment.content_type for word in ACTIVE)
    pieces = pieces_of(raw, attachment.part)
    return _file(pieces, attachment.content_type if harmless else BYTES, attachment.name)


@bp.get(f"/mail/letters/{LETTER}/source")
def source(letter_id: int) -> Response:
    """Show a letter as it came, byte by byte, as plain text."""
    return _file(_pieces(letter_id), "text/plain; charset=utf-8", None)


@bp.get(f"/mail/letters/{LETTER}/letter.eml")
def eml(letter_id: int) -> Response:
    """Hand out a whole letter as a file mail programs open."""
    name = safe_name(f"{my_letter(letter_id).subject or 'letter'}.eml", "message/rfc822", "1")
    return _file(_pieces(letter_id), "message/rfc822", name)


def _pieces(letter_id: int) -> Iterator[bytes]:
    letter = my_letter(letter_id)
    if letter.sha256 is None:
        abort(404)
    return blobs.pieces_of(db.session(), letter.sha256)


def _file(pieces: Iterator[bytes], content_type: str, name: str | None) -> Response:
    response = Response(stream_with_context(pieces), content_type=content_type)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    if name is not None:
        response.headers.set("Content-Disposition", "attachment", **_names(name))
    return response


def _names(name: str) -> dict[str, str]:
    """Return a name for every browser: as it is, or beside its Latin form (RFC 6266, appendix D)."""
    if name.isascii():
        return {"filename": name}
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return {"filename": latin, "filename*": f"UTF-8''{quote(name, safe='')}"}
