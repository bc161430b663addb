"""A stored password goes to the server it was proved with and nowhere else, whichever page is pressed and how."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.web.desk import SECRET, Desk, database
from tests.web.pressing import follow, post, press_on
from tests.web.secret_routes import (
    ROUTES,
    Case,
    Route,
    checks,
    incoming_checked,
    incoming_saved,
    outgoing_edited,
    run_checked_by_hand,
)
from tests.web.stored_secrets import CHANGES, RecordedOffice, recorded_office
from tests.web.visitor import Visitor
from webapp.mail.settings import Credentials
from webapp.storage.certificates import place_of_row
from webapp.storage.credentials import keep_for_session
from webapp.storage.models import AcceptedCertificate, Account, BrowserSession
from webapp.web.extensions import box

TYPED = "typed-by-hand-17"


@pytest.fixture
def office(app: Flask, desk: Desk) -> Iterator[RecordedOffice]:
    with recorded_office(app, desk) as recorded:
        yield recorded


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.__name__)
@pytest.mark.parametrize("who", ["owner", "colleague", "administrator"])
def test_whatever_is_changed_the_stored_password_stays_at_home(
    office: RecordedOffice, admin: Visitor, colleague: Visitor, who: str, route: Route
) -> None:
    person = admin if who == "administrator" else colleague
    owner = person.user_id if who == "owner" else None
    account_id = office.account(owner)

    for change in CHANGES:
        path, answer = route(Case(office, person, account_id, change))
        press_on(person, path, answer)

        assert office.recorders.out_of_place() == [], change


def test_an_unchanged_check_does_log_in_at_home(office: RecordedOffice, colleague: Visitor) -> None:
    account_id = office.account(None)

    follow(colleague, "", post(colleague, f"/accounts/{account_id}/checks", token_of(colleague)))

    assert len(office.recorders.logins()) == 2, "the recorders would have heard the others"
    assert office.recorders.out_of_place() == []


@pytest.mark.parametrize("route", [incoming_saved, incoming_checked, checks, outgoing_edited, run_checked_by_hand])
def test_a_password_kept_for_the_session_stays_at_home_as_well(
    office: RecordedOffice, admin: Visitor, route: Route
) -> None:
    account_id = office.account(None, remember=False)
    with database(office.app) as session:
        browser = session.query(BrowserSession).filter_by(user_id=admin.user_id).one()
        keep_for_session(session, box(), browser, session.get_one(Account, account_id), Credentials(SECRET))
        session.commit()

    for change in CHANGES:
        path, answer = route(Case(office, admin, account_id, change))
        press_on(admin, path, answer)

        assert office.recorders.out_of_place() == [], change


@pytest.mark.parametrize("change", CHANGES)
def test_a_password_typed_for_the_new_server_takes_no_stored_one_along(
    office: RecordedOffice, colleague: Visitor, change: str
) -> None:
    account_id = office.account(colleague.user_id)

    _, answer = Case(office, colleague, account_id, change).send(
        f"/accounts/{account_id}/incoming", "incoming_host", secret=TYPED
    )
    follow(colleague, "", answer)

    assert {login.secret for login in office.recorders.out_of_place()} <= {TYPED}


def test_a_colleague_cannot_accept_another_certificate_for_the_shared_password(
    office: RecordedOffice, colleague: Visitor
) -> None:
    account_id = office.account(None)
    swap_certificates(office, account_id)

    answer = post(colleague, f"/accounts/{account_id}/checks", token_of(colleague))
    run_page, shown = follow(colleague, "", answer)
    consent = post(colleague, f"{run_page}/consent", token_of(colleague) | {"agreed": pins_of(office)})
    pressed = press_on(colleague, run_page, shown)

    assert colleague.open(f"{run_page}/consent").status_code == consent.status_code == 403
    assert pressed, "there was something to press"
    assert office.recorders.logins() == []


def swap_certificates(office: RecordedOffice, account_id: int) -> None:
    """Let the stored servers have been accepted with other certificates than those they show now."""
    with database(office.app) as session:
        account = session.get_one(Account, account_id)
        for row in (account.incoming, account.outgoing):
            assert row is not None
            account.accepted.append(AcceptedCertificate(place=place_of_row(row), sha256="ab" * 32))
        session.commit()


def pins_of(office: RecordedOffice) -> str:
    """Return the box of the consent page a colleague would tick."""
    settings = office.home.incoming[0].settings
    return f"pin {settings.host}:{settings.port} {'ab' * 32}"


def token_of(person: Visitor) -> dict[str, str]:
    return {"csrf_token": person.token("/profile")}
