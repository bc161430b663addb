"""The section of checks: the button that checks an account as it is stored, and what came of earlier ones."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, url_for
from flask_babel import gettext

from webapp.mail.settings import Credentials
from webapp.storage.history import checks_of
from webapp.storage.models import Account, Run
from webapp.storage.using import details_of, entered_of, findings_of_account
from webapp.web.access import me
from webapp.web.accounts.blueprint import NUMBER, Answer, account_set_up, bp
from webapp.web.accounts.starting import PasswordMissing, Wish, check
from webapp.web.accounts.window import window_of
from webapp.web.extensions import db
from webapp.web.forms.password import CheckForm
from webapp.web.language import letter_language
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.starting import SearchElsewhere
from webapp.web.wording.checks import Verdict, purpose_words, verdict_of
from webapp.web.wording.steps import seconds_words


@dataclass(frozen=True)
class CheckLine:
    """One line of the history; `url` leads to the run and `report_url` to its report where it is the person's own."""

    at: datetime
    person: str
    purpose: str
    verdict: Verdict
    took: str
    url: str | None
    report_url: str | None


@bp.route(f"/accounts/{NUMBER}/checks", methods=["GET", "POST"])
@form_checks_token
def checks(account_id: int) -> Answer:
    """Show the history, and check the account as it is stored: whoever may use it may check it."""
    account = account_set_up(account_id)
    form = CheckForm()
    if not form.is_submitted():
        return draw(account, form)
    if not form.validate():
        return draw(account, form), 422
    credentials = Credentials(form.secret.data) if form.secret.data else None
    wish = Wish(details_of(account, letter_language()), entered_of(account), findings_of_account(account), credentials)
    try:
        return check(account, wish)
    except PasswordMissing:
        form.secret.errors = [missing_words(account)]
    except SearchElsewhere as elsewhere:
        form.form_errors.append(elsewhere.sentence)
    return draw(account, form), 422


def missing_words(account: Account) -> str:
    """Return why the password is asked for: none is stored, or it may not be used before the person types it."""
    if account.remember_password:
        return gettext("Type the password of the mailbox.")
    return gettext("No password is stored for this account. Type it to check the settings.")


def draw(account: Account, form: CheckForm) -> str:
    """Return the section."""
    lines = [check_line(run) for run in checks_of(db.session(), account)]
    return render_template(
        "accounts/checks.html", window=window_of(account, "checks"), form=form, lines=lines, account=account
    )


def check_line(run: Run) -> CheckLine:
    """Return one run as a line of the history."""
    began, ended = run.started_at or run.created_at, run.finished_at or run.heartbeat_at
    mine = run.user_id == me().id
    return CheckLine(
        at=ended,
        person=run.user.display_name,
        purpose=purpose_words(run.purpose),
        verdict=verdict_of(run),
        took=seconds_words(max(int((ended - began).total_seconds() * 1000), 0), places=1),
        url=url_for("runs.page", run_id=run.id) if mine else None,
        report_url=url_for("reports.page", run_id=run.id) if mine else None,
    )
