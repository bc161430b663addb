"""The section of letters: uses, start date, by itself or not, copies on a POP3 server; saved at once."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext

from webapp.mail.settings import Direction
from webapp.storage.changing import change_letters
from webapp.storage.models import Account, AccountKind
from webapp.storage.objections import AccountChanged, NoServer, PasswordNeeded
from webapp.web.access import me
from webapp.web.accounts.account_pages import letters_facts
from webapp.web.accounts.blueprint import NUMBER, Answer, account_set_up, bp, editable
from webapp.web.accounts.overtaken import Overtaken, overtaken
from webapp.web.accounts.traffic import traffic_card
from webapp.web.accounts.window import window_of
from webapp.web.extensions import db
from webapp.web.forms.letters import LettersForm, letters_values
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.new_account import today


@bp.route(f"/accounts/{NUMBER}/letters", methods=["GET", "POST"])
@form_checks_token
def letters(account_id: int) -> Answer:
    """Show what happens to letters, and take changes."""
    account = account_set_up(account_id)
    if account.kind is AccountKind.NEWS:
        abort(404)
    form = LettersForm(account, today(), **letters_values(account))
    if not form.is_submitted():
        return draw(account, form)
    editable(account)
    other = None
    if form.validate():
        try:
            change_letters(db.session(), me(), account, form.letters(), form.seen_version)
            db.session.commit()
            flash(gettext("Saved."), "ok")
            return redirect(url_for("accounts.letters", account_id=account.id), 303)
        except AccountChanged:
            db.session.rollback()
            other = overtaken(account, form, letters_values(account))
        except (NoServer, PasswordNeeded) as objection:
            db.session.rollback()
            add_objection(form, objection)
    return draw(account, form, other), 422


def draw(account: Account, form: LettersForm, other: Overtaken | None = None) -> str:
    """Return the section."""
    return render_template(
        "accounts/letters.html",
        window=window_of(account, "letters"),
        form=form,
        facts=letters_facts(account),
        overtaken=other,
        account=account,
        traffic=traffic_card(account),
    )


def add_objection(form: LettersForm, objection: NoServer | PasswordNeeded) -> None:
    """Say at the field what stands against it."""
    missing = isinstance(objection, PasswordNeeded)
    if objection.direction is None:
        words = gettext("Automatic work needs a remembered password. Type it first, then tick this.")
        form.automatic.errors = [words]
    elif objection.direction is Direction.INCOMING:
        words = gettext("No incoming server is set up yet. Do that first, in the section “Incoming server”.")
        if missing:
            words = gettext("The password of this server is not stored. Type it in the section “Incoming server”.")
        form.for_receiving.errors = [words]
    else:
        words = gettext("No outgoing server is set up yet. Choose one first, at the bottom of the section “Profile”.")
        if missing:
            words = gettext("The password of this server is not stored. Type it there: “Edit SMTP server…”.")
        form.for_sending.errors = [words]
