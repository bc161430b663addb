"""An answer to a letter, or the letter handed on: begun as a draft, so that its files are there at once."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.mail.messages import quoting
from webapp.mail.messages.originals import data_of, files_of, original_of
from webapp.mail.messages.quoting import Original
from webapp.mail.messages.recipients import Mailbox, as_typed
from webapp.storage import blobs, writing
from webapp.storage.letters import get_visible
from webapp.storage.models import Account, Letter, OutgoingLetter
from webapp.storage.writing import LARGEST_FILE, Content, FileRefused, Thread
from webapp.web.access import me
from webapp.web.compose.blueprint import bp
from webapp.web.compose.pages import my_senders
from webapp.web.extensions import db
from webapp.web.wording.answering import attribution, forward_heading, forward_lines
from webapp.web.wording.sending import refused_file_words

NUMBER = f"<int(max={2**63 - 1}):letter_id>"  # a database takes no longer one


@bp.post(f"/letters/{NUMBER}/reply")
def reply(letter_id: int) -> Response | str:
    """Begin an answer to whoever wrote the letter."""
    return answer(letter_id, to_all=False)


@bp.post(f"/letters/{NUMBER}/reply-all")
def reply_all(letter_id: int) -> Response | str:
    """Begin an answer to everybody who has the letter."""
    return answer(letter_id, to_all=True)


@bp.post(f"/letters/{NUMBER}/forward")
def forward(letter_id: int) -> Response | str:
    """Begin to hand the letter on: its words as text, its files as they are."""
    letter, account = answered(letter_id), sender_for(letter_id)
    if account is None:
        return render_template("compose/no_sender.html")
    original, raw = read(letter)
    content = Content(
        account.id,
        subject=quoting.forward_subject(original.subject),
        body=quoting.forward_text(original, forward_heading(), forward_lines(original), account.signature),
    )
    if letter.sha256 is None or len(original.text) >= quoting.LONGEST_QUOTE:
        flash(gettext("The letter is too large to go along whole: only what stands here of it does."), "warn")
    _, references = quoting.thread_of(original)
    draft = writing.start(db.session(), me(), content, thread=Thread(references=references))
    attach_all(draft, raw)
    return begun(draft)


def answer(letter_id: int, *, to_all: bool) -> Response | str:
    """Begin an answer."""
    letter, account = answered(letter_id), sender_for(letter_id)
    if account is None:
        return render_template("compose/no_sender.html")
    original, _ = read(letter)
    own = {letter.account.address, account.address}
    elsewhere = {one.address for one in my_senders() if one.owner_id is not None}
    to, cc = quoting.answer_to_all(original, own, elsewhere) if to_all else (quoting.answer_to(original, own), ())
    content = Content(
        account.id,
        to=as_typed(to),
        cc=as_typed(cc),
        subject=quoting.answer_subject(original.subject),
        body=quoting.answer_text(original, attribution(original), account.signature),
    )
    in_reply_to, references = quoting.thread_of(original)
    return begun(writing.start(db.session(), me(), content, thread=Thread(in_reply_to, references, letter.id)))


def begun(draft: OutgoingLetter) -> Response:
    """Lead to the draft."""
    db.session.commit()
    return redirect(url_for("compose.draft", draft_id=draft.id), 303)


def answered(letter_id: int) -> Letter:
    """Return the letter an answer is to be written to."""
    return get_visible(db.session(), me(), letter_id) or abort(404)


def sender_for(letter_id: int) -> Account | None:
    """Return the account that answers: the one that has the letter if it may send, else the person's first one."""
    accounts, letter = my_senders(), answered(letter_id)
    return next((one for one in accounts if one.id == letter.account_id), next(iter(accounts), None))


def read(letter: Letter) -> tuple[Original, bytes]:
    """Return a letter as an original, and its bytes; of one too big to be here only what is known of it."""
    if letter.sha256 is not None:
        raw = blobs.read(db.session(), letter.sha256)
        return original_of(raw), raw
    sender = Mailbox(letter.sender_name, letter.sender_address)
    known = Original(
        sender=sender,
        reply_to=(),
        to=(),
        cc=(),
        subject=letter.subject,
        sent_at=letter.sent_at,
        message_id=letter.message_id,
        in_reply_to=letter.in_reply_to,
        references=letter.references,
        text=letter.snippet,
    )
    return known, b""


def attach_all(draft: OutgoingLetter, raw: bytes) -> None:
    """Attach the files of the original; what does not fit is told."""
    for file in files_of(raw) if raw else ():
        try:
            data = data_of(raw, file, LARGEST_FILE)
            writing.attach(db.session(), draft, file.name, file.content_type, data)
        except FileRefused as refused:
            flash(gettext("Left out: %(why)s", why=refused_file_words(refused)), "warn")
