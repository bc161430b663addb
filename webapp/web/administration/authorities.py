"""Adding and removing certificate authorities of the office: what it means is said first, what is trusted is shown."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from webapp.net.authorities import Authority
from webapp.storage.authorities import (
    MOST_AUTHORITIES,
    TooManyAuthorities,
    add_authorities,
    already_trusted,
    find_authority,
    remove_authority,
)
from webapp.storage.base import utc_now
from webapp.web.access import administrators, me
from webapp.web.extensions import db
from webapp.web.forms.authorities import AuthorityForm
from webapp.web.tokens import form_checks_token
from webapp.web.wording.authorities import authority_facts

TRUST = "trust"

bp = Blueprint("authorities", __name__, url_prefix="/administration/network/authorities")

Answer = Response | str | tuple[str, int]


@bp.route("/new", methods=["GET", "POST"])
@administrators
@form_checks_token
def add() -> Answer:
    """Take certificates, show what stands in them, and trust them once that was confirmed.

    The page that asks carries the certificates, which are public; what comes
    back is read and checked as if it had just been pasted.
    """
    form = AuthorityForm()
    if not form.validate_on_submit():
        form.authority_text.data = form.pem() or form.authority_text.data
        return show(form), 422 if form.is_submitted() else 200
    confirmed = request.form.get("step") == TRUST
    there = already_trusted(db.session(), form.authorities)
    if len(there) == len(form.authorities) and not confirmed:
        form.authority_text.data = form.pem()
        form.authority_text.errors = [there_words(form.authorities)]
        return show(form), 422
    return trust(form) if confirmed else review(form, there)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Answer:
    """Say at the field that a file is too large; there is no reading what came with it."""
    form = AuthorityForm(formdata=None)
    form.refuse_size()
    return show(form), 422


@bp.route("/<authority>/remove", methods=["GET", "POST"])
@administrators
def remove(authority: str) -> Response | str:
    """Ask once more, then trust the authority no longer; who presses twice finds it gone."""
    if request.method != "POST":
        row = find_authority(db.session(), authority) or abort(404)
        return render_template("administration/authority_remove.html", facts=authority_facts(row, utc_now()), row=row)
    removed = remove_authority(db.session(), me(), authority)
    if removed is None:
        flash(gettext("This authority was not in the list any more."), "accent")
        return to_network()
    db.session.commit()
    flash(gettext("“%(name)s” is trusted no longer, from the next search and check on.", name=removed.name), "ok")
    return to_network()


def trust(form: AuthorityForm) -> Answer:
    """Store what was confirmed, and say so; who pressed twice, or was not the first, is told that it was there."""
    try:
        added = add_authorities(db.session(), me(), form.authorities)
    except TooManyAuthorities:
        form.authority_text.data = form.pem()
        form.form_errors.append(
            gettext("Mailroom keeps at most %(limit)s authorities; remove some first.", limit=MOST_AUTHORITIES)
        )
        return show(form), 422
    db.session.commit()
    if added:
        words = gettext("Trusted for every search and check from now on: %(names)s.", names=names_of(added))
        flash(words, "ok")
    else:
        flash(there_words(form.authorities), "accent")
    return to_network()


def there_words(authorities: Sequence[Authority]) -> str:
    """Say that what was pasted is in the list already."""
    return ngettext(
        "“%(names)s” is trusted already.",
        "All of these are trusted already: %(names)s.",
        len(authorities),
        names=names_of(authorities),
    )


def names_of(authorities: Sequence[Authority]) -> str:
    """Return what they are called."""
    return ", ".join(authority.name for authority in authorities)


def show(form: AuthorityForm) -> str:
    """Return the page that takes certificates."""
    return render_template("administration/authority_new.html", form=form)


def review(form: AuthorityForm, there: frozenset[str]) -> str:
    """Return the page that shows what would be trusted and asks for the fingerprints to be compared."""
    now = utc_now()
    return render_template(
        "administration/authority_review.html",
        pem=form.pem(),
        step=TRUST,
        authorities=[authority_facts(authority, now, there) for authority in form.authorities],
    )


def to_network() -> Response:
    """Return to the network page, whose list tells what holds."""
    return redirect(url_for("network.page"), 303)
