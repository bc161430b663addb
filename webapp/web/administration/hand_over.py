"""Handing an account over, to everyone or to somebody: settings only, and proved again with the password."""

from dataclasses import replace

from flask import abort, redirect, render_template, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from webapp.mail.settings import Credentials
from webapp.storage.accounts import find_duplicate
from webapp.storage.administration import people_to_own
from webapp.storage.models import Account, Run, RunPurpose
from webapp.storage.runs import create_run
from webapp.storage.using import begin_change, consent_of, details_of, entered_of, findings_of_account
from webapp.web.access import administrators, me, my_session
from webapp.web.administration.account_rows import account_facts
from webapp.web.administration.accounts import asked_account
from webapp.web.extensions import box, db, runner
from webapp.web.forms.hand_over import HandOverForm
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.starting import SearchElsewhere


@administrators
@form_checks_token
def hand_over(account_id: int) -> Response | str | tuple[str, int]:
    """Ask who gets the account and for its password, then prove it; until then everything stays as it is."""
    account = asked_account(account_id)
    if account.is_system:
        abort(403)
    form = HandOverForm(people_to_own(db.session(), account), to_everyone=not account.for_everyone)
    if form.validate_on_submit() and is_free(account, form):
        try:
            run = begin(account, form)
        except SearchElsewhere as elsewhere:
            form.form_errors.append(elsewhere.sentence)
        else:
            runner().start(run.id)
            return redirect(url_for("runs.page", run_id=run.id), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("administration/hand_over.html", facts=account_facts(account), form=form), status


def is_free(account: Account, form: HandOverForm) -> bool:
    """Tell whether whoever gets the account has none of this address yet, and say so if not."""
    if find_duplicate(db.session(), account.address, form.owner_id) is None:
        return True
    form.to.errors = [gettext("There already is an account of this address there. Remove one of the two first.")]
    return False


def begin(account: Account, form: HandOverForm) -> Run:
    """Begin the run that proves the account and then moves it; raises `SearchElsewhere`."""
    session = db.session()
    remembered = bool(form.remember_password.data)
    details = details_of(account, str(get_locale()))
    details = replace(
        details,
        owner_id=form.owner_id,
        for_everyone=form.owner_id is None,
        remember_password=remembered,
        automatic=details.automatic and remembered,
    )
    secret = Credentials(form.secret.data or "")
    draft = begin_change(session, me(), my_session(), account, details, credentials=secret, box=box())
    findings = findings_of_account(account)
    run = create_run(session, draft, RunPurpose.SAVE, entered_of(account), consent_of(account), findings)
    if run.draft_id != draft.id:
        session.rollback()
        raise SearchElsewhere(run)
    session.commit()
    return run
