"""Changing the use of several accounts at once: those ticked in the list are shown again before anything happens."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webapp.storage.account_uses import UsesChanged, change_uses
from webapp.storage.administration import accounts_of_numbers
from webapp.storage.models import Account
from webapp.web.access import administrators, me, safe_path
from webapp.web.administration.account_rows import AccountFacts, account_facts
from webapp.web.extensions import db
from webapp.web.forms.uses import UsesForm
from webapp.web.tokens import form_checks_token
from webapp.web.wording.names import readable_address
from webapp.web.wording.several import the_first

NAMED = 10  # a message names as many; the cookie that carries it is small


@dataclass(frozen=True)
class UsesPage:
    """The ticked accounts, and which of them are still ticked."""

    accounts: Sequence[AccountFacts]
    ticked: frozenset[int]
    back: str


@administrators
@form_checks_token
def change() -> Response | str | tuple[str, int]:
    """Ask what becomes of the ticked accounts' uses, then change them."""
    back = list_address()
    form, ticked = UsesForm(), asked_accounts(request.form if request.method == "POST" else request.args)
    if request.method == "POST" and form.validate() and wishes_something(form, ticked):
        for_sending, for_receiving = form.wished
        numbers = [account.id for account in ticked]
        tell(change_uses(db.session(), me(), numbers, for_sending=for_sending, for_receiving=for_receiving))
        db.session.commit()
        return redirect(back, 303)
    shown = asked_accounts(request.args) or ticked
    if not shown:
        flash(gettext("Tick the accounts first, then press “Change the use…”."), "warn")
        return redirect(back, 303)
    page = UsesPage([account_facts(account) for account in shown], frozenset(one.id for one in ticked), back)
    return render_template("administration/uses.html", page=page, form=form), 422 if form.is_submitted() else 200


def asked_accounts(source: MultiDict[str, str]) -> list[Account]:
    """Return the accounts a form names; the system account sends for the program, whatever is ticked."""
    numbers = [int(typed) for typed in source.getlist("id") if typed.isascii() and typed.isdigit() and len(typed) < 19]
    return [account for account in accounts_of_numbers(db.session(), numbers) if not account.is_system]


def list_address() -> str:
    """Return the list as it was filtered when the accounts were ticked."""
    first = url_for("administration.accounts")
    came_from = safe_path(request.values.get("back", "")) or first
    return came_from if came_from.partition("?")[0] == first else first


def wishes_something(form: UsesForm, ticked: Sequence[Account]) -> bool:
    """Tell whether anything is to change, and say so if not."""
    if not ticked:
        form.form_errors.append(gettext("Tick at least one account."))
    if form.wished == (None, None):
        form.form_errors.append(gettext("Choose what is to change: sending, receiving or both."))
    return not form.form_errors


def tell(changed: UsesChanged) -> None:
    """Say how many accounts changed, and which did not and why."""
    number = len(changed.changed)
    if number:
        words = ngettext("The use of %(num)s account is changed.", "The use of %(num)s accounts is changed.", number)
        flash(words, "ok")
    if changed.skipped:
        names = the_first((readable_address(address) for _number, address in changed.skipped), NAMED)
        flash(
            gettext(
                "Left as they were: no server has proved itself for this use, its password is not remembered, "
                "or no use would remain. %(names)s",
                names=names,
            ),
            "warn",
        )
    if changed.personal:
        names = the_first((readable_address(address) for _number, address in changed.personal), NAMED)
        flash(
            gettext(
                "Left as they were: the use of a personal account is for its owner to change. %(names)s", names=names
            ),
            "warn",
        )
    if not number and not changed.skipped and not changed.personal:
        flash(gettext("Every ticked account already was as you chose; nothing changed."), "ok")
