"""The password of a mailbox: remembered or not, and a new one in one field, from every place that shows the state."""

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.mail.settings import Credentials
from webapp.storage.accounts import may_change
from webapp.storage.credentials import has_session_secret
from webapp.storage.models import Account, AccountState
from webapp.storage.objections import AccountChanged
from webapp.storage.using import details_of, entered_of, findings_of_account
from webapp.storage.withdrawing import forget_password
from webapp.web.access import me, my_session
from webapp.web.accounts.account_pages import password_words, server_facts
from webapp.web.accounts.blueprint import NUMBER, Answer, account_set_up, bp, editable
from webapp.web.accounts.overtaken import Overtaken, overtaken
from webapp.web.accounts.starting import PasswordMissing, Wish, check, prove
from webapp.web.accounts.window import window_of
from webapp.web.extensions import db
from webapp.web.forms.parts import ANSWER_NO, ANSWER_YES
from webapp.web.forms.password import PasswordForm, RememberForm
from webapp.web.language import letter_language
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.starting import SearchElsewhere


@bp.route(f"/accounts/{NUMBER}/security", methods=["GET", "POST"])
@form_checks_token
def security(account_id: int) -> Answer:
    """Show where the password is and what was agreed to; let it be forgotten at once, or lead to typing it."""
    account = account_set_up(account_id)
    form = RememberForm(**remember_values(account))
    if not form.is_submitted():
        return draw_security(account, form)
    editable(account)
    if account.is_system or not form.validate():
        return draw_security(account, form), 422
    remember = form.remember.data == ANSWER_YES
    if remember == account.remember_password:
        return redirect(url_for("accounts.security", account_id=account.id), 303)
    if remember:
        return redirect(url_for("accounts.password", account_id=account.id, remember=ANSWER_YES), 303)
    try:
        forget_password(db.session(), me(), account, form.seen_version)
    except AccountChanged:
        db.session.rollback()
        return draw_security(account, form, overtaken(account, form, remember_values(account))), 422
    db.session.commit()
    flash(gettext("The password is forgotten. You are asked for it when it is needed."), "ok")
    return redirect(url_for("accounts.security", account_id=account.id), 303)


@bp.route(f"/accounts/{NUMBER}/password", methods=["GET", "POST"])
@form_checks_token
def password(account_id: int) -> Answer:
    """Take a password in one field, and prove it."""
    account = account_set_up(account_id)
    if not may_type(account):
        abort(403)
    remember = account.remember_password or "remember" in request.args
    form = PasswordForm(version=account.version, remember_password=remember)
    if not form.is_submitted():
        return draw_password(account, form)
    if not form.validate():
        return draw_password(account, form), 422
    try:
        return begin(account, form)
    except AccountChanged:
        overtaken(account, form, {})
    except PasswordMissing:
        words = gettext("Sending uses a password of its own, which is not stored. Type it with the SMTP server.")
        form.secret.errors = [words]
    except SearchElsewhere as elsewhere:
        form.form_errors.append(elsewhere.sentence)
    return draw_password(account, form), 422


def may_type(account: Account) -> bool:
    """Tell whether the person may type this password: to change the account, or to use one that remembers none."""
    return may_change(me(), account) or not account.remember_password


def begin(account: Account, form: PasswordForm) -> Response:
    """Prove the password: for this session only if nothing is to be remembered, else the account is saved with it."""
    entered, findings = entered_of(account), findings_of_account(account)
    details, credentials = details_of(account, letter_language()), Credentials(form.secret.data)
    if not may_change(me(), account) or only_for_session(account, form):
        return check(account, Wish(details, entered, findings, credentials))
    if form.seen_version != account.version:
        raise AccountChanged(account)
    remember = account.is_system or bool(form.remember_password.data)
    details = replace(details, remember_password=remember, automatic=details.automatic and remember)
    return prove(account, Wish(details, entered, findings, credentials), form.seen_version)


def only_for_session(account: Account, form: PasswordForm) -> bool:
    """Tell whether typing the password changes nothing about the account itself."""
    return account.state is AccountState.NEEDS_PASSWORD and not form.remember_password.data


def remember_values(account: Account) -> dict[str, object]:
    """Return an account as the values of its form."""
    return {"version": account.version, "remember": ANSWER_YES if account.remember_password else ANSWER_NO}


def draw_security(account: Account, form: RememberForm, other: Overtaken | None = None) -> str:
    """Return the section."""
    typed = has_session_secret(db.session(), my_session(), account)
    servers = [server_facts(account, row) for row in (account.incoming, account.outgoing)]
    return render_template(
        "accounts/security.html",
        window=window_of(account, "security"),
        form=form,
        password=password_words(account, typed),
        servers=[server for server in servers if server is not None],
        overtaken=other,
        may_type=may_type(account),
        account=account,
    )


def draw_password(account: Account, form: PasswordForm) -> str:
    """Return the page of one field."""
    return render_template(
        "accounts/password.html",
        window=window_of(account, "security"),
        form=form,
        account=account,
        may_remember=may_change(me(), account) and not account.is_system,
    )
