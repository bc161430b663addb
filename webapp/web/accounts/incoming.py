"""The section of the incoming server: what is on the screen is proved, then saved, or only checked."""

from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from webapp.detection.types import Entered
from webapp.mail.settings import STANDARD_PORTS, Credentials, Direction, Security
from webapp.storage.models import Account, AccountKind
from webapp.storage.objections import AccountChanged
from webapp.storage.using import details_of, entered_of, findings_of_account
from webapp.web.accounts.account_pages import server_facts
from webapp.web.accounts.blueprint import NUMBER, Answer, account_set_up, bp, editable
from webapp.web.accounts.overtaken import Overtaken, overtaken
from webapp.web.accounts.proving import to_prove
from webapp.web.accounts.starting import PasswordMissing, Wish, check, prove
from webapp.web.accounts.window import window_of
from webapp.web.forms.incoming import IncomingForm, NewsServerForm, incoming_values
from webapp.web.language import letter_language
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.entering import entered_again
from webapp.web.wizard.servers import typed_server
from webapp.web.wizard.starting import SearchElsewhere


@dataclass(frozen=True)
class IncomingPage:
    """Everything the section shows beside the form: the usual port, what is kept."""

    form: IncomingForm
    port: int
    is_news: bool
    receives: bool
    remembers: bool


@bp.route(f"/accounts/{NUMBER}/incoming", methods=["GET", "POST"])
@form_checks_token
def incoming(account_id: int) -> Answer:
    """Show the server letters come from, and take changes; nothing unproved is saved."""
    account = account_set_up(account_id)
    form = form_of(account)
    if not form.is_submitted():
        return draw(account)
    editable(account)
    if not form.validate():
        return draw(account, form), 422
    try:
        return go_on(account, form, only_check=request.form.get("next") == "check")
    except AccountChanged:
        return draw(account, form, overtaken(account, form, incoming_values(account))), 422
    except PasswordMissing:
        form.ask_secret(missing_words(account, form))
    except SearchElsewhere as elsewhere:
        form.form_errors.append(elsewhere.sentence)
    return draw(account, form), 422


def draw(account: Account, form: IncomingForm | None = None, other: Overtaken | None = None) -> str:
    """Return the section; `form` is the one that came back with errors."""
    form = form or form_of(account, fresh=True)
    security = form.text(Direction.INCOMING, "security")
    chosen = Security(security) if security in set(Security) else Security.TLS
    page = IncomingPage(
        form=form,
        port=STANDARD_PORTS[form.protocol(Direction.INCOMING), chosen],
        is_news=account.kind is AccountKind.NEWS,
        receives=account.for_receiving,
        remembers=account.remember_password,
    )
    return render_template(
        "accounts/incoming.html",
        window=window_of(account, "incoming"),
        page=page,
        form=form,
        server=server_facts(account, account.incoming),
        overtaken=other,
        account=account,
    )


def form_of(account: Account, *, fresh: bool = False) -> IncomingForm:
    """Return the form that fits the account, filled with what is stored; `fresh` leaves the request aside."""
    kind = NewsServerForm if account.kind is AccountKind.NEWS else IncomingForm
    values = incoming_values(account)
    return kind(formdata=None, **values) if fresh else kind(**values)


def go_on(account: Account, form: IncomingForm, *, only_check: bool) -> Answer:
    """Begin what the pressed button asks for; raises what the view knows how to tell."""
    entered = typed(account, form)
    findings = to_prove(entered, findings_of_account(account))
    credentials = Credentials(form.secret.data) if form.secret.data else None
    details = replace(details_of(account, letter_language()), for_receiving=True)
    if only_check:
        if findings is None:
            form.form_errors.append(unfit_words(entered))
            return draw(account, form), 422
        return check(account, Wish(details, entered, findings, credentials))
    if form.seen_version != account.version:
        raise AccountChanged(account)
    if credentials is None and entered == entered_of(account):
        return redirect(url_for("accounts.incoming", account_id=account.id), 303)
    return prove(account, Wish(details, entered, findings, credentials), form.seen_version)


def typed(account: Account, form: IncomingForm) -> Entered:
    """Return the account's servers with this one as it was typed."""
    before = replace(entered_of(account), for_receiving=True)
    return entered_again(
        before, findings_of_account(account), Direction.INCOMING, typed_server(form, Direction.INCOMING)
    )


def missing_words(account: Account, form: IncomingForm) -> str:
    """Return why the password is asked for."""
    if account.remember_password and typed(account, form) != entered_of(account):
        return gettext("The stored password is bound to the server as it was. Type it again for this one.")
    return gettext("Type the password of the mailbox.")


def unfit_words(entered: Entered) -> str:
    """Return why what is on the screen cannot be checked yet."""
    if entered.incoming.complete:
        return gettext("A connection without protection is tried only when saving: press Save, and decide there.")
    return gettext("Fill in every field to check it. What is left empty is found out when you press Save.")
