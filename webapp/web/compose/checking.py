"""What a form of a letter is checked for beyond itself: its files, and the people it is for."""

from flask import request

from webapp.mail.messages.recipients import MOST_RECIPIENTS
from webapp.storage import outbox, writing
from webapp.storage.models import OutgoingLetter
from webapp.storage.writing import FileRefused
from webapp.web.extensions import db
from webapp.web.forms.compose import ComposeForm
from webapp.web.wording.sending import crowd_words, misread_words, nobody_words, refused_file_words


def change_files(form: ComposeForm, letter: OutgoingLetter) -> None:
    """Attach what was chosen, take away what was asked to; what cannot be attached is said at the field."""
    gone = request.form.get("remove", type=int)
    if gone is not None:
        writing.detach(db.session(), letter, gone)
    refusals: list[str] = []
    for file in request.files.getlist("files"):
        if not file.filename:
            continue
        content_type = file.mimetype or "application/octet-stream"
        try:
            data = file.stream.read(writing.LARGEST_FILE + 1)
            writing.attach(db.session(), letter, file.filename, content_type, data)
        except FileRefused as refused:
            refusals.append(refused_file_words(refused))
    if refusals:
        form.files.errors = refusals


def check_recipients(form: ComposeForm, letter: OutgoingLetter) -> None:
    """Say at each of the three fields what is wrong with the people in it."""
    read = outbox.recipients_of(letter)
    for name, one in read.items():
        if one.misread:
            form[name].errors = [" ".join(misread_words(one.misread))]
    number = sum(len(one.mailboxes) for one in read.values())
    if not number and not form.errors:
        form.to.errors = [nobody_words()]
    if number > MOST_RECIPIENTS:
        form.to.errors = [crowd_words()]
