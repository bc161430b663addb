"""Writing a letter: a new one, a draft that is gone on with; nothing typed is ever lost."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from webapp.mail.messages.quoting import new_text, with_signature
from webapp.storage import outbox, writing
from webapp.storage.base import new_token, utc_now
from webapp.storage.models import OutgoingLetter, OutgoingState
from webapp.storage.objections import NotAllowed
from webapp.storage.writing import DraftChanged
from webapp.web.access import me
from webapp.web.compose.blueprint import KEY, Answer, bp, mine_or_new, my_letter
from webapp.web.compose.checking import change_files, check_recipients
from webapp.web.compose.pages import draw, form_of, my_senders, page_of
from webapp.web.extensions import db
from webapp.web.forms.compose import ComposeForm
from webapp.web.moments import time_zone
from webapp.web.sizes import takes_files
from webapp.web.tokens import form_checks_token


@bp.route("/new", methods=["GET", "POST"])
@takes_files
@form_checks_token
def new() -> Answer:
    """Show an empty letter; the first press stores it, under the key the form came with, so that two do no harm."""
    accounts = my_senders()
    if not accounts:
        return render_template("compose/no_sender.html"), 422 if request.method == "POST" else 200
    chosen = next((one for one in accounts if one.id == request.args.get("account", type=int)), accounts[0])
    form = ComposeForm(
        accounts,
        key=new_token(),
        page=new_token(),
        version=0,
        signed_as=chosen.id,
        account_id=chosen.id,
        to=request.args.get("to", ""),
        body=new_text(chosen.signature),
    )
    if not form.is_submitted():
        return draw(form, None)
    if not KEY.fullmatch(str(form.key.data)):
        form.key.data = new_token()
    return pressed(form, mine_or_new(str(form.key.data)))


@bp.route("/drafts/<draft_id>", methods=["GET", "POST"])
@takes_files
@form_checks_token
def draft(draft_id: str) -> Answer:
    """Show a draft, and take what is typed."""
    letter = my_letter(draft_id)
    if letter.state is not OutgoingState.DRAFT:
        return to_outbox(letter)
    form = form_of(letter, my_senders())
    return pressed(form, letter) if form.is_submitted() else draw(form, letter)


@bp.post("/drafts/<draft_id>/keep")
@takes_files
@form_checks_token
def keep(draft_id: str) -> Answer:
    """Keep what is typed while somebody types; answers with the line that says so."""
    letter = mine_or_new(draft_id)
    form = ComposeForm(my_senders())
    form.key.data = draft_id
    if letter is not None and letter.state is not OutgoingState.DRAFT:
        return state_line(form, letter, changed_elsewhere=True), 422
    if not form.validate():
        return state_line(form, letter, kept=False), 422
    try:
        letter = stored(form, letter)
    except DraftChanged as changed:
        db.session.rollback()
        return state_line(form, changed.letter, changed_elsewhere=True), 422
    db.session.commit()
    form.show_version(letter.version)
    return state_line(form, letter)


@bp.post("/drafts/<draft_id>/delete")
def delete(draft_id: str) -> Response:
    """Delete a draft."""
    letter = my_letter(draft_id)
    if letter.state is not OutgoingState.DRAFT:
        return to_outbox(letter)
    writing.drop(db.session(), letter)
    db.session.commit()
    flash(gettext("The draft is deleted."), "ok")
    return redirect(url_for("compose.drafts"), 303)


@bp.get("/drafts")
def drafts() -> str:
    """Show what the person has not sent yet."""
    return render_template("compose/drafts.html", drafts=writing.drafts_of(db.session(), me()))


def pressed(form: ComposeForm, letter: OutgoingLetter | None) -> Answer:
    """Do what a button says; whatever it is, what was typed is kept first."""
    if letter is not None and letter.state is not OutgoingState.DRAFT:
        return to_outbox(letter)
    if not form.validate():
        return draw(form, letter, kept=False), 422
    try:
        letter = stored(form, letter)
    except DraftChanged as changed:
        db.session.rollback()
        if changed.letter.state is not OutgoingState.DRAFT:
            return to_outbox(changed.letter)
        form.show_version(changed.letter.version)
        return draw(form, changed.letter, changed_elsewhere=True), 422
    change_files(form, letter)
    db.session.commit()
    form.show_version(letter.version)
    if form.errors:
        return draw(form, letter), 422
    return send(form, letter) if request.form.get("do") == "send" else saved(letter)


def stored(form: ComposeForm, letter: OutgoingLetter | None) -> OutgoingLetter:
    """Return the letter with what was typed in it; raises `DraftChanged`."""
    sign(form)
    session = db.session()
    if letter is None:
        try:
            return writing.start(session, me(), form.content, key=str(form.key.data))
        except IntegrityError:  # a double click: the first press has just stored it
            session.rollback()
            letter = my_letter(str(form.key.data))
    writing.change(session, letter, form.seen_version, form.content)
    return letter


def sign(form: ComposeForm) -> None:
    """Let the text have the signature of the account that was chosen last."""
    signatures = {account.id: account.signature for account in my_senders()}
    before, after = form.signature_of, form.account_id.data
    if before != after and before in signatures and after in signatures:
        form.body.data = with_signature(form.body.data or "", signatures[before], signatures[after])
    form.signed_as.data = str(after)


def send(form: ComposeForm, letter: OutgoingLetter) -> Answer:
    """Put the letter into the outbox, or say at the fields why not."""
    check_recipients(form, letter)
    if form.errors:
        return draw(form, letter), 422
    try:
        queued = outbox.queue(db.session(), letter, time_zone(), utc_now())
    except NotAllowed:
        form.account_id.errors = [gettext("You cannot send letters with this account any more. Choose another one.")]
        return draw(form, letter), 422
    db.session.commit()
    if not queued and letter.state is OutgoingState.DRAFT:
        form.show_version(letter.version)
        return draw(form, letter, changed_elsewhere=True), 422
    return to_outbox(letter)


def saved(letter: OutgoingLetter) -> Response:
    """Return to the draft."""
    if request.form.get("do") == "save":
        flash(gettext("The draft is saved."), "ok")
    return redirect(url_for("compose.draft", draft_id=letter.id), 303)


def to_outbox(letter: OutgoingLetter) -> Response:
    """Lead to what becomes of a letter."""
    return redirect(url_for("compose.outgoing", outgoing_id=letter.id), 303)


def state_line(
    form: ComposeForm, letter: OutgoingLetter | None, *, kept: bool = True, changed_elsewhere: bool = False
) -> str:
    """Return the line that says whether what is typed is kept."""
    page = page_of(form, letter, kept=kept, changed_elsewhere=changed_elsewhere)
    return render_template("compose/state.html", form=form, page=page)
