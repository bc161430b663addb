"""Receiving and sending as they stand: the card that follows a load, «Получить почту», Stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from webapp.mail.settings import AuthMethod, Direction
from webapp.storage import fetching
from webapp.storage.accesses import lets_in
from webapp.storage.base import utc_now
from webapp.storage.credentials import has_session_secret
from webapp.storage.fetching import Wish
from webapp.storage.models import Account, AccountKind, Traffic
from webapp.storage.standing import DirectionState, Standing, standing
from webapp.storage.waiting import check_awake, waits
from webapp.web.access import me, my_session, safe_path
from webapp.web.accounts.blueprint import NUMBER, Answer, account_set_up, bp
from webapp.web.accounts.passwords import may_type
from webapp.web.extensions import box, db
from webapp.web.wording.accounts import title_of
from webapp.web.wording.several import the_first
from webapp.web.wording.traffic import DirectionWords, direction_words

MOST_NAMED = 3
LONGEST_TURN = timedelta(minutes=2)  # what waits longer is not followed: nobody may be there to do it


@dataclass(frozen=True)
class TrafficCard:
    """Receiving and sending of one account; `going`: it asks for itself, for it is about to change."""

    account_id: int
    lines: tuple[DirectionWords, ...]
    going: bool
    may_receive: bool
    may_stop: bool


def traffic_card(account: Account) -> TrafficCard | None:
    """Return the card; there is none where nothing is received or sent."""
    if account.kind is AccountKind.NEWS or account.proved_at is None or waits(account):
        return None
    now = utc_now()
    states = [_state(account, direction, now) for direction, used in _uses(account) if used]
    incoming = next((state for state in states if state.direction is Direction.INCOMING), None)
    mine = incoming is not None and fetching.may_receive(db.session(), me(), account)
    busy = incoming is not None and (incoming.under_way or incoming.waits_its_turn)
    refused = incoming is not None and incoming.standing is Standing.LOGIN_REFUSED  # what is to be done stands above
    return TrafficCard(
        account_id=account.id,
        lines=tuple(direction_words(account, state, now) for state in states),
        going=any(_going(state, now) for state in states),
        may_receive=mine and not busy and not refused,
        may_stop=mine and busy,
    )


@bp.get(f"/accounts/{NUMBER}/traffic")
def traffic(account_id: int) -> Answer:
    """Return the card alone, for whoever follows a load; the last answer asks for no more."""
    account = account_set_up(account_id)
    if "HX-Request" not in request.headers:
        return redirect(url_for("accounts.page", account_id=account.id), 303)
    return render_template("accounts/traffic.html", traffic=traffic_card(account))


@bp.post(f"/accounts/{NUMBER}/receive")
def receive(account_id: int) -> Response:
    """Receive now, or ask for the password first; then receiving begins by itself once it has worked."""
    account = account_set_up(account_id)
    _check_mine(account)
    wish = fetching.receive_now(db.session(), box(), me(), account, utc_now())
    db.session.commit()
    if wish in (Wish.GRANTED, Wish.UNDER_WAY):
        flash(gettext("Letters are being received: %(title)s.", title=title_of(account)), "ok")
        return redirect(_back(account), 303)
    if not may_type(account):
        flash(gettext("An administrator has to type the password of this account anew."), "warn")
        return redirect(_back(account), 303)
    if wish is Wish.LOGIN_REFUSED:
        flash(gettext("The server did not accept the password. Once a new one works, letters are received."), "warn")
    else:
        flash(gettext("Type the password; letters are received as soon as it has worked."), "accent")
    return redirect(url_for("accounts.password", account_id=account.id), 303)


@bp.post("/mail/receive")
def receive_all() -> Response:
    """Receive now with every account whose letters the person reads."""
    now = utc_now()
    accounts = fetching.receivable(db.session(), me())
    wishes = [(account, fetching.receive_now(db.session(), box(), me(), account, now)) for account in accounts]
    waiting = [account for account, wish in wishes if wish not in (Wish.GRANTED, Wish.UNDER_WAY)]
    db.session.commit()
    begun = len(wishes) - len(waiting)
    if begun:
        flash(_received_words(begun), "ok")
    if waiting:
        flash(_waiting_words(waiting), "warn")
    if not wishes:
        flash(gettext("No account receives letters."), "warn")
    return redirect(_referring_page() or url_for("accounts.index"), 303)


@bp.post(f"/accounts/{NUMBER}/stop-receiving")
def stop_receiving(account_id: int) -> Response:
    """Stop a load; harmless to repeat. What is here already stays, the rest comes another time."""
    account = account_set_up(account_id)
    _check_mine(account)
    fetching.stop_receiving(db.session(), account, utc_now())
    db.session.commit()
    flash(gettext("Receiving is stopped; what has been loaded stays."), "ok")
    return redirect(_back(account), 303)


def _received_words(count: int) -> str:
    return str(
        ngettext(
            "Letters of %(num)s account are being received.", "Letters of %(num)s accounts are being received.", count
        )
    )


def _waiting_words(accounts: Sequence[Account]) -> str:
    titles = the_first(map(title_of, accounts), MOST_NAMED)
    return str(gettext("The password is needed first: %(titles)s.", titles=titles))


def _check_mine(account: Account) -> None:
    check_awake(account)
    if not fetching.may_receive(db.session(), me(), account):
        abort(403)


def _back(account: Account) -> str:
    return _referring_page() or url_for("accounts.page", account_id=account.id)


def _referring_page() -> str | None:
    """Return the page the button was pressed on."""
    return safe_path(request.referrer or "") or None


def _uses(account: Account) -> tuple[tuple[Direction, bool], ...]:
    return (Direction.INCOMING, account.for_receiving), (Direction.OUTGOING, account.for_sending)


def _state(account: Account, direction: Direction, now: datetime) -> DirectionState:
    row = db.session().get(Traffic, (account.id, direction))
    return standing(account, direction, row, _has_password(account, direction, now), now)


def _has_password(account: Account, direction: Direction, now: datetime) -> bool:
    """Tell whether a password is at hand; nobody sends by another person's."""
    if direction is Direction.INCOMING:
        return lets_in(db.session(), account.id, direction, now)
    row = account.outgoing
    if row is not None and (row.secret is not None or row.auth_method is AuthMethod.NONE):
        return True
    return has_session_secret(db.session(), my_session(), account)


def _going(state: DirectionState, now: datetime) -> bool:
    turn = state.waits_its_turn and state.next_at is not None and now - state.next_at < LONGEST_TURN
    return state.under_way or turn
