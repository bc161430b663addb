"""Done and what stands before it: alternatives, consent, the password again."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.storage.makers import without_login
from tests.web.desk import ADDRESS, DOUBTFUL, FOUND, IMAP, SMTP, Desk, doubtful, proved
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Entered, Findings, Outcome, OutcomeKind, Source
from webapp.mail.settings import Protocol, Security
from webapp.net.problems import CertificateFacts, Problem, ProblemKind
from webapp.storage.models import RunPurpose, RunState

NEEDS = OutcomeKind.NEEDS_CONSENT
PLAIN = Findings(
    incoming=(proved(Protocol.IMAP, "imap.plain.test", 143, Security.NONE),),
    outgoing=(proved(Protocol.SMTP, "smtp.plain.test", 587, Security.NONE),),
)
CERTIFICATE = CertificateFacts(
    subject="CN=mail.kontora.test",
    issuer="CN=Kontora CA",
    names=("mail.kontora.test", "kontora.test"),
    not_before=datetime(2024, 1, 1, tzinfo=UTC),
    not_after=datetime(2034, 1, 1, tzinfo=UTC),
    sha256="ab12" * 16,
)
UNKNOWN = Problem(ProblemKind.CERTIFICATE_UNKNOWN_ISSUER, "mail.kontora.test", 993, certificate=CERTIFICATE)


def boxes(page: str) -> list[str]:
    """Return the values of the boxes a consent page asks to tick."""
    return re.findall(r'name="agreed" value="([^"]+)"', page)


def test_done_begins_one_check_of_what_was_found(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    first, second = (admin.send(f"/runs/{run_id}/save", page=f"/runs/{run_id}") for _ in range(2))

    run, _search = desk.runs()
    assert first.location == second.location == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.SAVE
    assert run.findings is not None
    assert (run.findings.incoming[0], run.findings.outgoing[0]) == (IMAP, SMTP)


def test_done_takes_the_alternative_that_was_chosen(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    admin.send(f"/runs/{run_id}/save", {"incoming": "pop3:pop.uspeh.test:995:tls"}, page=f"/runs/{run_id}")

    findings = desk.runs()[0].findings
    assert findings is not None
    assert findings.incoming[0].settings.protocol is Protocol.POP3


def test_a_server_nobody_found_cannot_be_chosen(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    admin.send(f"/runs/{run_id}/save", {"incoming": "imap:evil.test:993:tls"}, page=f"/runs/{run_id}")

    findings = desk.runs()[0].findings
    assert findings is not None
    assert findings.incoming[0] == IMAP


def test_done_during_the_search_stops_it_and_begins_the_check(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(state=RunState.RUNNING, findings=FOUND)

    admin.send(f"/runs/{run_id}/save", page=f"/runs/{run_id}")

    check, search = desk.runs()
    assert check.purpose is RunPurpose.SAVE
    assert search.stop_requested


def test_half_a_result_cannot_be_saved(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found(Findings(incoming=(IMAP,)), OutcomeKind.HALF_FOUND)

    answer = admin.send(f"/runs/{run_id}/save", page=f"/runs/{run_id}")

    assert answer.status_code == 422
    assert len(desk.runs()) == 1


def test_a_password_that_is_not_kept_any_more_is_asked_for_in_place(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(Outcome(OutcomeKind.FOUND, FOUND), findings=FOUND, secret=None)

    refused = admin.send(f"/runs/{run_id}/save", page=f"/runs/{run_id}")
    taken = admin.send(f"/runs/{run_id}/save", {"secret": "neu"}, page=f"/runs/{run_id}")

    assert refused.status_code == 422
    assert "Введите пароль от почты." in shown(refused)
    assert taken.location == f"/runs/{desk.runs()[0].id}"
    assert desk.draft(run_id).secret is not None


def test_a_refused_done_can_be_reloaded(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    assert admin.open(f"/runs/{run_id}/save").location == f"/runs/{run_id}"


def test_an_untrusted_source_leads_to_a_question_before_any_login(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found(DOUBTFUL, NEEDS)

    answer = admin.send(f"/runs/{run_id}/save", page=f"/runs/{run_id}")
    page = admin.open(str(answer.location))

    assert str(answer.location).endswith("/consent")
    assert "mx.hoster.test Домен: hoster.test" in shown(page)
    assert boxes(page.text) == ["host mx.hoster.test"]
    assert not [run for run in desk.runs() if run.purpose is RunPurpose.SAVE]


def test_a_double_click_asks_for_one_consent(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found(DOUBTFUL, NEEDS)

    first, second = (admin.send(f"/runs/{run_id}/save", page=f"/runs/{run_id}") for _ in range(2))

    asked, _search = desk.runs()
    assert first.location == second.location == f"/runs/{asked.id}/consent"


def test_the_check_begins_with_exactly_what_was_agreed_to(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found(DOUBTFUL, NEEDS)

    answer = admin.send(f"/runs/{run_id}/consent", {"agreed": "host mx.hoster.test"})

    run = desk.runs()[0]
    assert answer.location == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.SAVE
    assert run.consent.hosts == {"mx.hoster.test"}
    assert (run.consent.plain_hosts, run.consent.pins) == (frozenset(), {})


@pytest.mark.parametrize("agreed", [{}, {"agreed": "host hoster.test"}, {"agreed": "host mx.uspeh.test"}])
def test_without_every_box_nothing_begins(admin: Visitor, desk: Desk, agreed: dict[str, str]) -> None:
    run_id = desk.found(DOUBTFUL, NEEDS)

    answer = admin.send(f"/runs/{run_id}/consent", agreed)

    assert answer.status_code == 422
    assert "отметьте все флажки" in shown(answer)
    assert len(desk.runs()) == 1


def test_another_host_added_to_the_answer_is_not_agreed_to(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found(DOUBTFUL, NEEDS)

    admin.send(f"/runs/{run_id}/consent", {"agreed": ["host mx.hoster.test", "host evil.test", "plain evil.test:143"]})

    consent = desk.runs()[0].consent
    assert (consent.hosts, consent.plain_hosts) == ({"mx.hoster.test"}, frozenset())


def test_two_hosts_are_two_questions(admin: Visitor, desk: Desk) -> None:
    findings = Findings(incoming=(doubtful(IMAP, "in.hoster.test"),), outgoing=(doubtful(SMTP, "out.hoster.test"),))
    run_id = desk.found(findings, NEEDS)

    assert boxes(admin.open(f"/runs/{run_id}/consent").text) == ["host in.hoster.test", "host out.hoster.test"]
    assert admin.send(f"/runs/{run_id}/consent", {"agreed": "host in.hoster.test"}).status_code == 422


def test_a_foreign_alphabet_is_shown_in_its_wire_form_too(admin: Visitor, desk: Desk) -> None:
    server = replace(doubtful(IMAP, "imap.xn--e1aybc.xn--p1ai"), registrable_domain="xn--e1aybc.xn--p1ai")
    run_id = desk.found(Findings(incoming=(server,), outgoing=(SMTP,)), NEEDS)

    assert "imap.тест.рф (imap.xn--e1aybc.xn--p1ai)" in shown(admin.open(f"/runs/{run_id}/consent"))


def test_login_without_protection_is_agreed_to_per_server(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found(PLAIN, NEEDS)
    page = admin.open(f"/runs/{run_id}/consent")

    admin.send(f"/runs/{run_id}/consent", {"agreed": boxes(page.text)})

    assert "Эти серверы не умеют шифровать." in shown(page)
    assert shown(page).count("Домен: plain.test") == 2
    assert desk.runs()[0].consent.plain_hosts == {"imap.plain.test:143", "smtp.plain.test:587"}
    assert desk.runs()[0].purpose is RunPurpose.SAVE


def test_where_nobody_logs_in_only_letters_are_risked_and_agreed_to(admin: Visitor, desk: Desk) -> None:
    relay = Findings(outgoing=(without_login(PLAIN.outgoing[0]),))
    entered = Entered("anna@uspeh.test", for_receiving=False)
    run_id = desk.run(Outcome(NEEDS, relay), findings=relay, entered=entered)
    page = admin.open(f"/runs/{run_id}/consent")

    admin.send(f"/runs/{run_id}/consent", {"agreed": "plain smtp.plain.test:587"})

    assert "Разрешаю отправлять письма на smtp.plain.test без защиты" in shown(page)
    assert "пароль на smtp" not in shown(page)
    consent = desk.runs()[0].consent
    assert (consent.plain_hosts, consent.plain_letters) == (frozenset(), {"smtp.plain.test:587"})


def test_a_failed_certificate_is_shown_in_full_and_pinned_for_the_retest(admin: Visitor, desk: Desk) -> None:
    run_id = desk.failed(UNKNOWN)
    page = admin.open(f"/runs/{run_id}/consent")

    answer = admin.send(f"/runs/{run_id}/consent", {"agreed": boxes(page.text)})

    text = shown(page)
    assert "mail.kontora.test:993" in text
    assert "Домен: kontora.test" in text
    assert "Издатель «Kontora CA» программе не известен." in text
    assert "CN=Kontora CA" in text, "under the details"
    assert "1 января 2024" in text
    assert "AB:12:AB:12" in text
    run = desk.runs()[0]
    assert (answer.location, run.purpose) == (f"/runs/{run.id}", RunPurpose.RETEST)
    assert run.consent.pins == {"mail.kontora.test:993": "ab12" * 16}


def test_where_nothing_is_open_there_is_nothing_to_agree_to(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    assert admin.open(f"/runs/{run_id}/consent").location == f"/runs/{run_id}"


def test_a_saved_draft_leads_to_its_account_instead_of_a_second_check(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(Outcome(OutcomeKind.FOUND, FOUND), purpose=RunPurpose.SAVE, findings=FOUND)
    account_id = desk.account()
    desk.mark_saved(run_id, account_id)

    answer = admin.send(f"/runs/{run_id}/save", {"secret": "x"}, page=f"/runs/{run_id}")

    assert answer.status_code in (303, 422)
    assert not [run for run in desk.runs() if run.unfinished]


def test_the_address_is_shown_on_every_page_of_the_set_up(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found(DOUBTFUL, NEEDS)

    for path in ("", "/servers", "/consent"):
        assert ADDRESS in shown(admin.open(f"/runs/{run_id}{path}"))


def test_a_refused_login_may_be_tried_with_another_name(admin: Visitor, desk: Desk) -> None:
    refused = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993)
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, FOUND, incoming_problem=refused)
    run_id = desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND)

    page = admin.open(f"/runs/{run_id}")
    admin.send(f"/runs/{run_id}/save", {"secret": "neu", "username": "anna"}, page=f"/runs/{run_id}")

    assert "Некоторые серверы ждут только часть до знака @: anna." in shown(page)
    findings = desk.runs()[0].findings
    assert findings is not None
    assert {findings.incoming[0].settings.username, findings.outgoing[0].settings.username} == {"anna"}
    assert findings.incoming[0].username_fixed


@pytest.mark.parametrize(("path", "form"), [("save", {}), ("consent", {"agreed": "host mx.hoster.test"})])
def test_while_another_search_goes_on_done_says_so(admin: Visitor, desk: Desk, path: str, form: dict[str, str]) -> None:
    run_id = desk.found(DOUBTFUL, NEEDS) if path == "consent" else desk.found()
    other_id = desk.run(state=RunState.RUNNING)

    answer = admin.send(f"/runs/{run_id}/{path}", form, page=f"/runs/{run_id}")

    assert answer.status_code == 422
    assert "Идёт другой поиск" in shown(answer)
    assert f"/runs/{other_id}" in answer.text


def test_a_consent_after_the_password_was_forgotten_is_kept_and_the_password_asked_for(
    admin: Visitor, desk: Desk
) -> None:
    run_id = desk.run(Outcome(NEEDS, DOUBTFUL), findings=DOUBTFUL, secret=None)

    answer = admin.send(f"/runs/{run_id}/consent", {"agreed": "host mx.hoster.test"})

    held = desk.runs()[0]
    assert answer.location == f"/runs/{held.id}/servers"
    assert held.consent.hosts == {"mx.hoster.test"}


def test_a_retest_does_not_turn_an_untrusted_host_into_the_persons_word(admin: Visitor, desk: Desk) -> None:
    search_id = desk.found(DOUBTFUL, NEEDS)
    typed = {"source": Source.ENTERED, "trusted": True}
    again = Findings(
        incoming=(replace(DOUBTFUL.incoming[0], **typed),), outgoing=(replace(DOUBTFUL.outgoing[0], **typed),)
    )
    retest = desk.run(Outcome(OutcomeKind.FOUND, again), findings=again, after=search_id, purpose=RunPurpose.RETEST)

    answer = admin.send(f"/runs/{retest}/save", page=f"/runs/{retest}")

    assert str(answer.location).endswith("/consent")
    assert not [run for run in desk.runs() if run.purpose is RunPurpose.SAVE]
