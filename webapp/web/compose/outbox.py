"""The outbox: what waits and why, and what only the person may decide."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage import deciding, outbox, writing
from webapp.storage.base import utc_now
from webapp.web.access import me
from webapp.web.compose.blueprint import bp, my_outgoing
from webapp.web.compose.standing import LATER, SOON, standing_of
from webapp.web.extensions import db


@bp.get("/outbox")
def index() -> str:
    """Show what has not left yet, and what did not reach everybody."""
    standings = [standing_of(letter) for letter in outbox.waiting_for(db.session(), me(), utc_now())]
    paces = {standing.asks_again for standing in standings}
    asks_again = next((pace for pace in (SOON, LATER) if pace in paces), None)
    return render_template("compose/outbox.html", standings=standings, asks_again=asks_again)


@bp.get("/outbox/<outgoing_id>")
def outgoing(outgoing_id: str) -> str:
    """Show how one letter stands."""
    return render_template("compose/outgoing.html", standing=standing_of(my_outgoing(outgoing_id)))


@bp.post("/outbox/<outgoing_id>/edit")
def take_back(outgoing_id: str) -> Response:
    """Make the letter a draft again."""
    letter = my_outgoing(outgoing_id)
    if deciding.to_draft(db.session(), letter, utc_now()):
        db.session.commit()
        return redirect(url_for("compose.draft", draft_id=outgoing_id), 303)
    db.session.rollback()
    flash(gettext("The letter is being sent already and cannot be taken back."), "warn")
    return back(outgoing_id)


@bp.post("/outbox/<outgoing_id>/again")
def again(outgoing_id: str) -> Response:
    """Send a letter once more that may have arrived, or try one now that waits."""
    letter = my_outgoing(outgoing_id)
    if not deciding.send_again(db.session(), letter, utc_now()):
        deciding.try_now(db.session(), letter, utc_now())
    db.session.commit()
    return back(outgoing_id)


@bp.post("/outbox/<outgoing_id>/sent")
def count_as_sent(outgoing_id: str) -> Response:
    """Believe that a letter in doubt arrived, or stop waiting for the last recipients."""
    letter = my_outgoing(outgoing_id)
    if not deciding.count_as_sent(db.session(), letter, utc_now()):
        deciding.give_up_rest(db.session(), letter)
    db.session.commit()
    return back(outgoing_id)


@bp.post("/outbox/<outgoing_id>/anew")
def begin_anew(outgoing_id: str) -> Response:
    """Begin the letter once more for those it did not reach: mostly their address is to be corrected."""
    draft = deciding.begin_anew(db.session(), my_outgoing(outgoing_id), utc_now())
    if draft is None:
        return back(outgoing_id)
    db.session.commit()
    return redirect(url_for("compose.draft", draft_id=draft.id), 303)


@bp.post("/outbox/<outgoing_id>/delete")
def remove(outgoing_id: str) -> Response:
    """Take a letter off the list that has come to its end."""
    letter = my_outgoing(outgoing_id)
    if not writing.drop(db.session(), letter):
        flash(gettext("A letter that is on its way cannot be deleted."), "warn")
        return back(outgoing_id)
    db.session.commit()
    return redirect(url_for("compose.index"), 303)


def back(outgoing_id: str) -> Response:
    """Return to the letter's page."""
    return redirect(url_for("compose.outgoing", outgoing_id=outgoing_id), 303)
