"""Withdrawing what was accepted: from then on a server must prove itself like any other, or be decided about anew."""

from flask import abort, flash, redirect, request, url_for

from webapp.storage.objections import AccountChanged
from webapp.storage.withdrawing import withdraw_certificate
from webapp.web.access import me
from webapp.web.accounts.blueprint import NUMBER, Answer, account_set_up, bp, editable
from webapp.web.accounts.overtaken import overtaken
from webapp.web.accounts.passwords import draw_security, remember_values
from webapp.web.extensions import db
from webapp.web.forms.certificates import WithdrawForm, withdrawn_words
from webapp.web.forms.password import RememberForm


@bp.route(f"/accounts/{NUMBER}/certificate", methods=["GET", "POST"])
def certificate(account_id: int) -> Answer:
    """Accept a certificate no longer; whoever reloads a refused answer is led to the section it stands in."""
    account = account_set_up(account_id)
    if request.method != "POST":
        return redirect(url_for("accounts.security", account_id=account.id), 303)
    editable(account)
    form = WithdrawForm()
    section = RememberForm(formdata=None, **remember_values(account))
    if not form.validate():
        abort(400)
    try:
        withdraw_certificate(db.session(), me(), account, form.asked, form.seen_version)
    except AccountChanged:
        db.session.rollback()
        return draw_security(account, section, overtaken(account, section, {})), 422
    db.session.commit()
    flash(withdrawn_words(), "ok")
    return redirect(url_for("accounts.security", account_id=account.id), 303)
