"""After a run that failed, what went wrong stands on top, takes the focus, and is said again at its field."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.web.desk import FOUND, IMAP, NNTP, SMTP, Desk
from tests.web.runs.changing import lay_change
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Entered, EnteredServer, Findings, Outcome, OutcomeKind
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import AccountKind, DraftAim, DraftDetails, RunPurpose

CLOSED = Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 993)
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, "NO [AUTHENTICATIONFAILED] no")
SENDER = Problem(ProblemKind.SENDER_REFUSED, "smtp.uspeh.test", 465, "553 5.7.1 not yours")
MISSING = Problem(ProblemKind.NAME_NOT_FOUND, "news.uspeh.test", 563)
TYPED = Entered(
    "anna@uspeh.test",
    incoming=EnteredServer(Protocol.IMAP, "imap.uspeh.test", 993, Security.TLS),
    outgoing=EnteredServer(Protocol.SMTP, "smtp.uspeh.test", 465, Security.TLS),
)
NEWS = Entered(
    "anna@uspeh.test",
    for_sending=False,
    incoming=EnteredServer(Protocol.NNTP, "news.uspeh.test", 563, Security.TLS, AuthMethod.NONE),
)
NOBODY = replace(NNTP, settings=replace(NNTP.settings, username=None, auth_methods=(AuthMethod.NONE,)))


def not_found(desk: Desk) -> str:
    return desk.run(Outcome(OutcomeKind.NOT_FOUND, Findings(incoming_problem=CLOSED)), entered=TYPED)


def half_found(desk: Desk) -> str:
    return desk.run(Outcome(OutcomeKind.HALF_FOUND, Findings(outgoing=(SMTP,), incoming_problem=CLOSED)), entered=TYPED)


def login_refused(desk: Desk) -> str:
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, FOUND, incoming_problem=REFUSED)
    return desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND, entered=TYPED)


def not_proved(desk: Desk) -> str:
    outcome = Outcome(OutcomeKind.NOT_PROVED, FOUND, letter_problem=SENDER)
    return desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND, entered=TYPED)


def change_of_the_incoming_server(desk: Desk) -> str:
    outcome = Outcome(OutcomeKind.NOT_PROVED, FOUND, incoming_problem=CLOSED)
    return lay_change(desk, desk.account(), outcome, entered=TYPED)


def change_of_the_outgoing_server(desk: Desk) -> str:
    outcome = Outcome(OutcomeKind.NOT_PROVED, Findings(outgoing=(SMTP,)), letter_problem=SENDER)
    return lay_change(desk, desk.account(), outcome, aim=DraftAim.OUTGOING_SERVER)


def new_password(desk: Desk) -> str:
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, FOUND, incoming_problem=REFUSED)
    return lay_change(desk, desk.account(), outcome, secret="another one")


def news(desk: Desk) -> str:
    details = DraftDetails(NEWS.address, "Анна", for_sending=False, by_hand=True, kind=AccountKind.NEWS)
    nothing = Findings(incoming_problem=MISSING)
    return desk.run(Outcome(OutcomeKind.NOT_FOUND, nothing), findings=nothing, entered=NEWS, details=details)


ENDS: dict[Callable[[Desk], str], str] = {
    not_found: "incoming_port",
    half_found: "incoming_port",
    login_refused: "secret",
    not_proved: "outgoing_username",
    change_of_the_incoming_server: "incoming_port",
    change_of_the_outgoing_server: "outgoing_username",
    new_password: "secret",
    news: "incoming_host",
}


@pytest.mark.parametrize(("end", "field"), ENDS.items(), ids=lambda part: getattr(part, "__name__", part))
def test_the_summary_takes_the_focus_and_its_line_leads_to_the_field_with_the_same_words(
    admin: Visitor, desk: Desk, end: Callable[[Desk], str], field: str
) -> None:
    page = admin.open(f"/runs/{end(desk)}").text

    focused = re.findall(r"<(?:h2|h3|div|input)[^>]* autofocus[^>]*>", page)
    assert [re.findall(r'id="([^"]+)"', tag) for tag in focused] == [["error-summary"]]
    assert ' tabindex="-1"' in focused[0]
    summary, _, form = page.partition('id="error-summary"')[2].partition("<form")
    [(to, sentence)] = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert to == field
    control = re.findall(rf'<(?:input|select)[^>]* id="{field}"[^>]*>', form)[0]
    assert 'aria-invalid="true"' in control
    assert f"{field}-error" in re.findall(r'aria-describedby="([^"]+)"', control)[0].split()
    at_field = form.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert sentence in at_field


def test_a_run_that_goes_well_puts_the_focus_on_its_heading(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{desk.found()}").text

    assert re.search(r'<h2 id="run-heading"[^>]* autofocus', page)
    assert "error-summary" not in page


def test_a_news_server_is_called_one_wherever_it_stands(admin: Visitor, desk: Desk) -> None:
    failed = admin.open(f"/runs/{news(desk)}")
    found = admin.open(f"/runs/{desk.run(Outcome(OutcomeKind.FOUND, Findings(incoming=(NOBODY,))), entered=NEWS)}")

    for page in (failed, found):
        assert "Сервер групп новостей (NNTP)" in shown(page)
        assert "Сервер входящей почты" not in shown(page)


def test_the_address_of_an_account_is_corrected_in_its_profile(admin: Visitor, desk: Desk) -> None:
    unknown = Problem(ProblemKind.RECIPIENT_REFUSED, "smtp.uspeh.test", 465, "550 5.1.1 nobody")
    account = desk.account()
    outcome = Outcome(OutcomeKind.NOT_PROVED, Findings(incoming=(IMAP,), outgoing=(SMTP,)), letter_problem=unknown)

    page = admin.open(f"/runs/{lay_change(desk, account, outcome)}").text

    assert f'<a href="/accounts/{account}#address">' in page
