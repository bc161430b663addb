"""The system account: its set-up, whether people may send as it, and the reminder until it works."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.accounts import system_account
from webapp.storage.administration import system_state
from webapp.storage.changing import let_people_send
from webapp.storage.models import Account, AccountState
from webapp.storage.objections import AccountChanged
from webapp.web.access import administrators, me, me_or_nobody
from webapp.web.accounts.overtaken import Overtaken, overtaken
from webapp.web.administration.account_rows import account_facts
from webapp.web.extensions import db
from webapp.web.forms.system_account import PeopleForm, people_values
from webapp.web.wording.words import N_

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Banner:
    """The reminder on every page of an administrator while the program cannot send its own notices."""

    title: str
    url: str
    command: str


TITLES: dict[AccountState, str] = {
    AccountState.NOT_SET_UP: N_("The system account is not set up"),
    AccountState.LOGIN_REFUSED: N_("The system account does not work: its mail server refused the login"),
}
OTHERWISE = N_("The system account does not work")


@administrators
def page() -> Response | str:
    """Lead to the set-up of the system account, or show what it is once it has been set up."""
    account = system_account(db.session())
    if account.proved_at is None:
        return redirect(url_for("new_account.enter", system=1), 303)
    return draw(account, PeopleForm(formdata=None, **people_values(account)))


def draw(account: Account, form: PeopleForm, other: Overtaken | None = None) -> str:
    """Return the page; `other` is what is stored where somebody else was quicker."""
    return render_template(
        "administration/system_account.html", facts=account_facts(account), form=form, overtaken=other
    )


@administrators
def people_may_send() -> Answer:
    """Let people send letters as the system account, or keep it to the program."""
    if request.method != "POST":
        return redirect(url_for("administration.system_account"), 303)  # whoever reloads the answer of a refused one
    account, form = system_account(db.session()), PeopleForm()
    allowed = bool(form.people_may_send.data)
    try:
        let_people_send(db.session(), me(), account, allowed, form.seen_version)
    except AccountChanged:
        db.session.rollback()
        return draw(account, form, overtaken(account, form, people_values(account))), 422
    db.session.commit()
    words = (
        gettext("Everybody may choose the system account as sender now.")
        if allowed
        else gettext("Only the program sends through the system account now.")
    )
    flash(words, "ok")
    return redirect(url_for("administration.system_account"), 303)


def system_banner() -> Banner | None:
    """Return the reminder, or None for everybody else and once all is well; one query."""
    person = me_or_nobody()
    if person is None or not person.is_admin:
        return None
    state = system_state(db.session())
    if state in (None, AccountState.WORKS, AccountState.WAITING):  # trouble that lasts is told by a notice
        return None
    waits = state is AccountState.NOT_SET_UP
    return Banner(
        title=gettext(TITLES.get(state, OTHERWISE)),
        url=url_for("administration.system_account"),
        command=gettext("Set up the system account") if waits else gettext("Look at the system account"),
    )
