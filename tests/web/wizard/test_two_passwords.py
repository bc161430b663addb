"""Setting up with a password of its own for sending: neither of the two goes where the other belongs."""

import re

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from tests.web.desk import FOUND, SECRET, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Outcome, OutcomeKind
from webapp.mail.settings import Credentials
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.drafts import draft_credentials, set_draft_secret
from webapp.storage.models import Draft, RunPurpose
from webapp.storage.secrets import SecretBox
from webapp.web.extensions import box

OF_SENDING = "sending-only-7"
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "smtp.uspeh.test", 465, field=Field.OUTGOING_SECRET)
BOX = re.compile(r'<input[^>]*name="([^"]+)"[^>]*>')


@pytest.fixture
def run_id(app: Flask, desk: Desk) -> str:
    """Return a run whose outgoing server refused its own password."""
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, FOUND, outgoing_problem=REFUSED)
    run_id = desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND)
    lock(app, desk, run_id, None)
    return run_id


def lock(app: Flask, desk: Desk, run_id: str, other: SecretBox | None) -> None:
    """Keep both passwords with the run's draft, locked by the application or by somebody else's key."""
    with database(app) as session:
        draft = session.get_one(Draft, desk.draft(run_id).id)
        set_draft_secret(session, other or box(), draft, Credentials(SECRET, OF_SENDING))
        session.commit()


def filled(page: str) -> dict[str, str]:
    """Return the form of both servers as a browser would send it untouched."""
    values = {"incoming_security": "tls", "outgoing_security": "tls", "incoming_auth": "", "outgoing_auth": ""}
    form = page[page.index("data-ports") :]
    for control in BOX.finditer(form):
        ticked = "checked" in control[0] or not re.search('type="(checkbox|radio)"', control[0])
        value = re.search(r'value="([^"]*)"', control[0])
        if ticked and control[1] != "csrf_token":
            values[control[1]] = value[1] if value else ""
    return values


def test_a_form_sent_as_it_came_keeps_both(app: Flask, admin: Visitor, desk: Desk, run_id: str) -> None:
    page = admin.open(f"/runs/{run_id}/servers")

    answer = admin.send(f"/runs/{run_id}/servers", {**filled(page.text), "next": "retest"})

    assert answer.status_code == 303
    with database(app):
        kept = draft_credentials(box(), desk.draft(run_id))
    assert kept == Credentials(SECRET, OF_SENDING)
    assert shown(page).count("Пароль сохранён до конца настройки") == 2
    assert OF_SENDING not in page.text


def test_a_refusal_is_told_at_the_box_of_the_password_that_was_refused(admin: Visitor, run_id: str) -> None:
    page = admin.open(f"/runs/{run_id}").text

    assert 'id="outgoing_secret-error"' in page
    assert 'id="secret-error"' not in page


def test_passwords_that_no_key_opens_any_more_are_asked_for(
    app: Flask, admin: Visitor, desk: Desk, run_id: str
) -> None:
    fields = filled(admin.open(f"/runs/{run_id}/servers").text)
    lock(app, desk, run_id, SecretBox((Fernet.generate_key().decode(),)))
    fields.pop("separate_secret")

    answer = admin.send(f"/runs/{run_id}/servers", {**fields, "next": "done"})

    assert answer.status_code == 422
    assert "Введите пароль ещё раз" in shown(answer)
