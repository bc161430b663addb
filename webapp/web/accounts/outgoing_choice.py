"""Choosing another outgoing server for an account: one that exists already, proved for this account first."""

from dataclasses import replace

from flask import abort, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.mail.settings import Credentials
from webapp.storage.models import Account, AccountKind, OutgoingServer
from webapp.storage.objections import AccountChanged
from webapp.storage.outgoing_servers import servers_of_owner
from webapp.storage.using import details_of, entered_of, findings_of_account
from webapp.web.accounts.blueprint import NUMBER, Answer, account_set_up, bp, editable
from webapp.web.accounts.chosen_server import chosen_server, entered_server
from webapp.web.accounts.overtaken import overtaken
from webapp.web.accounts.profile import draw
from webapp.web.accounts.starting import PasswordMissing, Wish, prove
from webapp.web.extensions import db
from webapp.web.forms.profile import OutgoingChoice
from webapp.web.language import letter_language
from webapp.web.tokens import form_checks_token
from webapp.web.wizard.starting import SearchElsewhere


@bp.route(f"/accounts/{NUMBER}/outgoing", methods=["GET", "POST"])
@form_checks_token
def choose_outgoing(account_id: int) -> Answer:
    """Take the choice; whoever reloads the answer of a refused one is led to the page it was made on."""
    account = account_set_up(account_id)
    if request.method != "POST":
        return redirect(url_for("accounts.page", account_id=account.id), 303)
    editable(account)
    if account.kind is AccountKind.NEWS:
        abort(404)
    form = OutgoingChoice()
    server = asked_server(account, form)
    if not form.validate() or server is None:
        return draw(account, choice=form), 422
    try:
        return use(account, server, form)
    except AccountChanged:
        db.session.rollback()
        overtaken(account, form, {})
    except PasswordMissing:
        form.outgoing_secret.errors = [gettext("Type the password for this server: none is stored that fits it.")]
    except SearchElsewhere as elsewhere:
        form.form_errors.append(elsewhere.sentence)
    return draw(account, choice=form), 422


def asked_server(account: Account, form: OutgoingChoice) -> OutgoingServer | None:
    """Return the chosen server of the account's owner, and say at the field if it is none."""
    servers = servers_of_owner(db.session(), account.owner_id)
    server = next((one for one in servers if str(one.id) == form.outgoing.data), None)
    form.outgoing.choices = []
    if server is None:
        form.form_errors.append(gettext("Choose one of the servers in the list."))
    return server


def use(account: Account, server: OutgoingServer, form: OutgoingChoice) -> Response:
    """Prove the server for this account; the same one as before needs no proof."""
    if server.id == account.outgoing_id and account.for_sending:
        return redirect(url_for("accounts.page", account_id=account.id), 303)
    if form.seen_version != account.version:
        raise AccountChanged(account)
    details = replace(details_of(account, letter_language()), for_sending=True)
    entered = replace(entered_of(account), for_sending=True, outgoing=entered_server(server))
    findings = replace(findings_of_account(account), outgoing=(chosen_server(account, server),))
    typed = form.outgoing_secret.data
    credentials = Credentials("", typed) if typed else None
    return prove(account, Wish(details, entered, findings, credentials, outgoing=server), form.seen_version)
