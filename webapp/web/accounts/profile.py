"""The first section: names, address, signature; at its bottom the outgoing server."""

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.mail.settings import Credentials
from webapp.storage.accounts import find_duplicate
from webapp.storage.changing import Profile, change_profile
from webapp.storage.models import Account, AccountKind
from webapp.storage.objections import AccountChanged
from webapp.storage.using import details_of, entered_of, findings_of_account
from webapp.web.access import me
from webapp.web.accounts.account_pages import profile_facts
from webapp.web.accounts.blueprint import NUMBER, Answer, bp, editable, my_account
from webapp.web.accounts.outgoing_card import outgoing_card
from webapp.web.accounts.overtaken import Overtaken, overtaken
from webapp.web.accounts.starting import PasswordMissing, Wish, prove
from webapp.web.accounts.traffic import traffic_card
from webapp.web.accounts.window import window_of
from webapp.web.extensions import db
from webapp.web.forms.profile import OutgoingChoice, ProfileForm, add_duplicate, profile_values
from webapp.web.language import letter_language
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.starting import SearchElsewhere


@bp.route(f"/accounts/{NUMBER}", methods=["GET", "POST"])
@form_checks_token
def page(account_id: int) -> Answer:
    """Show who writes letters with this account, and take changes."""
    account = my_account(account_id)
    form = ProfileForm(**profile_values(account))
    if not form.is_submitted():
        return draw(account)
    editable(account)
    if not form.validate() or duplicate_of(account, form):
        return draw(account, form), 422
    try:
        return save(account, form)
    except AccountChanged:
        db.session.rollback()
        return draw(account, form, overtaken(account, form, profile_values(account))), 422
    except PasswordMissing:
        words = gettext("The new address is proved with a test message, and that needs the password of the mailbox.")
        form.secret.errors = [words]
    except SearchElsewhere as elsewhere:
        form.form_errors.append(elsewhere.sentence)
    return draw(account, form), 422


def draw(
    account: Account,
    form: ProfileForm | None = None,
    other: Overtaken | None = None,
    choice: OutgoingChoice | None = None,
) -> str:
    """Return the section; `form` is the one that came back with errors."""
    window = window_of(account, "page")
    if window.chosen is None or not window.chosen.is_set_up:
        return render_template("accounts/not_set_up.html", window=window, may_set_up=me().is_admin)
    return render_template(
        "accounts/page.html",
        window=window,
        form=form or choice or ProfileForm(formdata=None, **profile_values(account)),
        profile=form or ProfileForm(formdata=None, **profile_values(account)),
        facts=profile_facts(account),
        overtaken=other,
        outgoing=outgoing_card(account, choice),
        account=account,
        traffic=traffic_card(account),
    )


def duplicate_of(account: Account, form: ProfileForm) -> bool:
    """Tell whether the owner has another account of the new address, and say so at the field.

    Several accounts on news servers may have one author.
    """
    if account.kind is AccountKind.NEWS:
        return False
    other = find_duplicate(db.session(), form.read_address, account.owner_id)
    if other is None or other.id == account.id or account.address == form.read_address:
        return False
    add_duplicate(form)
    return True


def save(account: Account, form: ProfileForm) -> Response:
    """Save names at once; a new address is proved first, together with them."""
    profile = Profile(form.title.data or "", form.sender_name.data, form.read_reply_to, form.signature.data or "")
    if form.read_address == account.address:
        change_profile(db.session(), me(), account, profile, form.seen_version)
        db.session.commit()
        flash(gettext("Saved."), "ok")
        return redirect(url_for("accounts.page", account_id=account.id), 303)
    if form.seen_version != account.version:
        raise AccountChanged(account)
    details = replace(
        details_of(account, letter_language()),
        address=form.read_address,
        title=form.title.data or None,
        sender_name=profile.sender_name,
        reply_to=profile.reply_to,
        signature=profile.signature,
    )
    entered = replace(entered_of(account), address=form.read_address)
    credentials = Credentials(form.secret.data) if form.secret.data else None
    return prove(account, Wish(details, entered, findings_of_account(account), credentials), form.seen_version)
