"""Handing an account over, to everyone or to somebody: settings only, and proved again with the password."""

from dataclasses import replace

from flask import abort, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.mail.settings import AuthMethod
from webapp.storage.accounts import find_by_key
from webapp.storage.administration import people_to_own
from webapp.storage.models import Account
from webapp.storage.using import details_of, entered_of, findings_of_account
from webapp.web.access import administrators
from webapp.web.accounts.overtaken import overtaken
from webapp.web.accounts.starting import Wish, prove
from webapp.web.administration.account_rows import account_facts
from webapp.web.administration.accounts import asked_account
from webapp.web.extensions import db
from webapp.web.forms.hand_over import HandOverForm
from webapp.web.language import letter_language
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.starting import SearchElsewhere


@administrators
@form_checks_token
def hand_over(account_id: int) -> Response | str | tuple[str, int]:
    """Ask who gets the account and for its password, then prove it; until then everything stays as it is."""
    account = asked_account(account_id)
    if account.is_system:
        abort(403)
    people = people_to_own(db.session(), account)
    form = HandOverForm(people, to_everyone=not account.for_everyone, logins=len(login_names(account)))
    if not form.is_submitted():
        form.show_version(account.version)
    if form.validate_on_submit() and is_newest(account, form) and is_free(account, form):
        try:
            return prove(account, wish_of(account, form), account.version)
        except SearchElsewhere as elsewhere:
            form.form_errors.append(elsewhere.sentence)
    page = {"facts": account_facts(account), "sends": account.for_sending}
    return render_template("administration/hand_over.html", **page, form=form), 422 if form.is_submitted() else 200


def login_names(account: Account) -> frozenset[str | None]:
    """Return the names the account logs in with: for each it has a password, and whoever reads news may need none."""
    used = ((account.incoming, account.for_receiving), (account.outgoing, account.for_sending))
    return frozenset(
        server.username
        for server, in_use in used
        if server is not None and in_use and server.auth_method is not AuthMethod.NONE
    )


def is_newest(account: Account, form: HandOverForm) -> bool:
    """Tell whether the account still is the one that was shown, its owner for one, and say so if not."""
    if form.version.data and form.seen_version != account.version:
        overtaken(account, form, {})
    return not form.form_errors


def is_free(account: Account, form: HandOverForm) -> bool:
    """Tell whether whoever gets the account has none of this address yet, and say so if not."""
    if find_by_key(db.session(), account.address_key, form.owner_id) is None:
        return True
    form.to.errors = [gettext("There already is an account of this address there. Remove one of the two first.")]
    return False


def wish_of(account: Account, form: HandOverForm) -> Wish:
    """Return the account as it is to be, with the password typed here and no other."""
    remembered = form.remembered
    details = details_of(account, letter_language())
    details = replace(
        details,
        owner_id=form.owner_id,
        for_everyone=form.owner_id is None,
        remember_password=remembered,
        automatic=details.automatic and remembered,
    )
    return Wish(details, entered_of(account), findings_of_account(account), form.credentials())
