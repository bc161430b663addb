"""Setting up by hand: the form of both servers."""

import re

import pytest
from flask import Flask

from tests.web.desk import ADDRESS, DOUBTFUL, FOUND, IMAP, SECRET, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.detection.assumptions import recommended
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Entered, EnteredServer, Findings, Outcome, OutcomeKind, Source
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.drafts import draft_credentials
from webapp.storage.models import RunPurpose, RunState
from webapp.web.extensions import box
from webapp.web.wizard.offers import provider_table

INCOMING = {
    "incoming_protocol": "imap",
    "incoming_host": "imap.uspeh.test",
    "incoming_port": "993",
    "incoming_security": "tls",
    "incoming_auth": "",
    "incoming_username": ADDRESS,
}
OUTGOING = {
    "outgoing_host": "smtp.uspeh.test",
    "outgoing_port": "465",
    "outgoing_security": "tls",
    "outgoing_auth": "",
    "outgoing_username": ADDRESS,
}
AS_FOUND = {**INCOMING, **OUTGOING}


def value(page: str, name: str) -> str | None:
    """Return what a text field is filled with."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag, f"no field {name}"
    filled = re.search(r'value="([^"]*)"', tag[0])
    return filled[1] if filled else None


def chosen(page: str, name: str) -> str:
    """Return the chosen option of a list."""
    options = re.search(rf'(?s)<select[^>]*name="{name}".*?</select>', page)
    assert options, f"no list {name}"
    selected = re.search(r'<option selected value="([^"]*)"', options[0])
    return selected[1] if selected else ""


def credentials_of(app: Flask, desk: Desk, run_id: str) -> tuple[str, str | None]:
    """Return the secrets the run's draft keeps."""
    with database(app):
        kept = draft_credentials(box(), desk.draft(run_id))
    assert kept is not None
    return kept.incoming, kept.outgoing


def test_the_form_holds_what_was_found(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{desk.found()}/servers").text

    assert [value(page, name) for name in ("incoming_host", "incoming_port")] == ["imap.uspeh.test", "993"]
    assert chosen(page, "outgoing_security") == "tls"
    assert value(page, "secret") == ""
    assert "Пароль сохранён до конца настройки" in page
    assert SECRET not in page


def test_it_is_open_while_the_search_goes_on_and_keeps_what_was_found(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(state=RunState.RUNNING, findings=Findings(incoming=(IMAP,)))

    page = admin.open(f"/runs/{run_id}/servers")

    assert "Поиск ещё идёт" in shown(page)
    assert value(page.text, "incoming_host") == "imap.uspeh.test"
    assert desk.runs()[0].unfinished


def test_recommended_values_are_marked_as_assumptions(admin: Visitor, desk: Desk) -> None:
    findings = recommended(Entered(ADDRESS), provider_table())
    run_id = desk.run(purpose=RunPurpose.PREPARED, findings=findings)

    page = admin.open(f"/runs/{run_id}/servers")

    assert value(page.text, "incoming_host") == "imap.uspeh.test"
    assert value(page.text, "outgoing_port") == "465"
    assert value(page.text, "incoming_username") == ADDRESS
    assert shown(page).count("предположение") == 8


def test_methods_we_cannot_speak_are_shown_as_such(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{desk.found()}/servers").text

    assert '<option disabled value="oauth2">OAuth2 — не поддерживается</option>' in page


@pytest.mark.parametrize(("sending", "receiving", "absent"), [(True, False, "incoming"), (False, True, "outgoing")])
def test_a_direction_nobody_uses_is_not_asked_for(
    admin: Visitor, desk: Desk, sending: bool, receiving: bool, absent: str
) -> None:
    run_id = desk.run(
        Outcome(OutcomeKind.NOT_FOUND), entered=Entered(ADDRESS, for_sending=sending, for_receiving=receiving)
    )

    page = admin.open(f"/runs/{run_id}/servers").text

    assert f'name="{absent}_host"' not in page
    assert 'name="separate_secret"' not in page


def test_a_retest_fixes_what_was_typed_and_finds_out_what_was_cleared(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()
    form = {**AS_FOUND, "incoming_host": "MAIL.uspeh.test", "outgoing_host": "", "outgoing_port": ""}

    answer = admin.send(f"/runs/{run_id}/servers", {**form, "outgoing_security": "", "next": "retest"})

    run = desk.runs()[0]
    assert answer.location == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.RETEST
    assert run.entered.incoming == EnteredServer(Protocol.IMAP, "mail.uspeh.test", 993, Security.TLS, username=ADDRESS)
    assert (run.entered.outgoing.host, run.entered.outgoing.port, run.entered.outgoing.security) == (None, None, None)


def test_without_javascript_the_standard_port_follows_the_security(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    admin.send(f"/runs/{run_id}/servers", {**AS_FOUND, "incoming_security": "starttls"})

    assert desk.runs()[0].entered.incoming.port == 143
    assert desk.runs()[0].entered.outgoing.port == 465


def test_a_retest_stops_the_search_that_goes_on(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(state=RunState.RUNNING, findings=FOUND)

    answer = admin.send(f"/runs/{run_id}/servers", AS_FOUND)

    newest, oldest = desk.runs()
    assert answer.location == f"/runs/{newest.id}"
    assert (newest.draft_id, oldest.stop_requested) == (oldest.draft_id, True)


def test_a_double_click_on_retest_starts_one_run(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    first, second = (admin.send(f"/runs/{run_id}/servers", AS_FOUND) for _ in range(2))

    assert first.location == second.location
    assert len(desk.runs()) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"incoming_port": "9930"}, "Порт 9930 не почтовый. Можно: 25, 110, 119, 143, 465, 563, 587, 993, 995, 2525."),
        ({"incoming_port": "0"}, "Порт — это число от 1 до 65535."),
        ({"incoming_port": "993a"}, "Порт — это число от 1 до 65535."),
        ({"incoming_port": "9" * 5000}, "Порт — это число от 1 до 65535."),
        ({"outgoing_host": "smtp uspeh"}, "«smtp uspeh» не может быть именем сервера"),
        ({"outgoing_host": "127.1"}, "«127.1» не может быть именем сервера"),
        ({"outgoing_auth": "oauth2"}, "Этот метод не поддерживается."),
        ({"separate_secret": "y"}, "Введите пароль для сервера исходящей почты."),
        ({"incoming_username": "anna\r\nBCC: x"}, "Здесь перевод строки или знак, который нельзя показать"),
    ],
)
def test_wrong_input_is_explained_above_and_at_the_field_in_the_same_words(
    admin: Visitor, desk: Desk, changes: dict[str, str], words: str
) -> None:
    run_id = desk.found()

    answer = admin.send(f"/runs/{run_id}/servers", {**AS_FOUND, **changes})

    assert answer.status_code == 422
    assert shown(answer).count(words) == 2
    assert len(desk.runs()) == 1


def test_what_was_typed_stays_when_something_is_wrong(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()
    form = {**AS_FOUND, "incoming_port": "9930", "incoming_host": "mail.other.test", "secret": "neu"}

    page = admin.send(f"/runs/{run_id}/servers", form).text

    assert value(page, "incoming_host") == "mail.other.test"
    assert value(page, "incoming_port") == "9930"
    assert "neu" not in page


def test_done_with_everything_filled_in_begins_the_check(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    answer = admin.send(f"/runs/{run_id}/servers", {**AS_FOUND, "outgoing_host": "mail.other.test", "next": "done"})

    run = desk.runs()[0]
    assert answer.location == f"/runs/{run.id}"
    assert run.purpose is RunPurpose.SAVE
    assert run.findings is not None
    assert [server.source for server in (run.findings.incoming[0], run.findings.outgoing[0])] == [
        Source.AUTOCONFIG,
        Source.ENTERED,
    ]


def test_done_with_a_blank_field_finds_it_out_first(admin: Visitor, desk: Desk) -> None:
    admin.send(f"/runs/{desk.found()}/servers", {**AS_FOUND, "incoming_port": "", "next": "done"})

    assert desk.runs()[0].purpose is RunPurpose.RETEST


def test_done_without_protection_is_proved_to_be_the_only_way_first(admin: Visitor, desk: Desk) -> None:
    form = {**AS_FOUND, "incoming_security": "none", "next": "done"}

    admin.send(f"/runs/{desk.found()}/servers", form)

    assert desk.runs()[0].purpose is RunPurpose.RETEST


def test_done_asks_again_for_a_password_that_is_not_kept_any_more(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(Outcome(OutcomeKind.FOUND, FOUND), findings=FOUND, secret=None)

    answer = admin.send(f"/runs/{run_id}/servers", {**AS_FOUND, "next": "done"})

    assert answer.status_code == 422
    assert shown(answer).count("Введите пароль ещё раз") == 2
    assert len(desk.runs()) == 1


def test_a_retest_needs_no_password(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(Outcome(OutcomeKind.FOUND, FOUND), findings=FOUND, secret=None)

    assert admin.send(f"/runs/{run_id}/servers", AS_FOUND).status_code == 303


def test_the_outgoing_server_may_have_login_and_password_of_its_own(app: Flask, admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()
    own = {"outgoing_username": "sender", "separate_secret": "y", "outgoing_secret": "another"}

    admin.send(f"/runs/{run_id}/servers", {**AS_FOUND, **own, "next": "done"})

    assert credentials_of(app, desk, run_id) == (SECRET, "another")
    assert desk.runs()[0].entered.outgoing.username == "sender"
    assert desk.runs()[0].entered.incoming.username == ADDRESS


def test_a_type_that_is_none_is_a_mistake_of_the_form(admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    answer = admin.send(f"/runs/{run_id}/servers", {**AS_FOUND, "incoming_protocol": "gopher"})

    assert answer.status_code == 422
    assert len(desk.runs()) == 1


def test_a_new_password_takes_the_place_of_the_kept_one(app: Flask, admin: Visitor, desk: Desk) -> None:
    run_id = desk.found()

    admin.send(f"/runs/{run_id}/servers", {**AS_FOUND, "secret": "neues"})

    assert credentials_of(app, desk, run_id) == ("neues", None)


def test_sending_needs_no_login_where_the_server_asks_for_none(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(Outcome(OutcomeKind.NOT_FOUND), entered=Entered(ADDRESS, for_receiving=False))

    admin.send(
        f"/runs/{run_id}/servers", {**OUTGOING, "outgoing_auth": "none", "outgoing_username": "", "next": "done"}
    )

    findings = desk.runs()[0].findings
    assert findings is not None
    assert findings.outgoing[0].settings.auth_methods == (AuthMethod.NONE,)


def test_a_host_of_an_untrusted_source_needs_consent_also_when_it_came_through_the_form(
    admin: Visitor, desk: Desk
) -> None:
    run_id = desk.found(DOUBTFUL, OutcomeKind.NEEDS_CONSENT)
    form = {**AS_FOUND, "incoming_host": "mx.hoster.test", "outgoing_host": "mx.hoster.test", "next": "done"}

    answer = admin.send(f"/runs/{run_id}/servers", form)

    assert answer.location == f"/runs/{desk.runs()[0].id}/consent"
    assert desk.runs()[0].purpose is RunPurpose.PREPARED


def test_a_host_that_was_shown_during_the_search_needs_consent_also_when_better_ones_came(
    admin: Visitor, desk: Desk
) -> None:
    answered = Step("probe:imap:mx.hoster.test:993:tls", StepGroup.PROBE, StepState.OK, "mx.hoster.test:993", 0, 90)
    run_id = desk.run(Outcome(OutcomeKind.FOUND, FOUND), findings=FOUND, steps=[answered])

    admin.send(f"/runs/{run_id}/servers", {**AS_FOUND, "incoming_host": "mx.hoster.test", "next": "done"})

    assert desk.runs()[0].purpose is RunPurpose.PREPARED


def test_a_host_the_person_typed_needs_no_consent(admin: Visitor, desk: Desk) -> None:
    typed = Entered(ADDRESS, incoming=EnteredServer(Protocol.IMAP, "imap.hoster.test"))
    answered = Step("probe:imap:imap.hoster.test:993:tls", StepGroup.PROBE, StepState.OK, "imap.hoster.test:993", 0, 90)
    run_id = desk.run(Outcome(OutcomeKind.FOUND, FOUND), findings=FOUND, entered=typed, steps=[answered])

    admin.send(f"/runs/{run_id}/servers", {**AS_FOUND, "incoming_host": "imap.hoster.test", "next": "done"})

    assert desk.runs()[0].purpose is RunPurpose.SAVE


def test_the_problem_of_the_run_stands_at_its_field(admin: Visitor, desk: Desk) -> None:
    wrong = Entered(ADDRESS, incoming=EnteredServer(Protocol.IMAP, "imap.uspeh.test", 995, Security.TLS))
    problem = Problem(ProblemKind.WRONG_PROTOCOL, "imap.uspeh.test", 995)
    run_id = desk.run(Outcome(OutcomeKind.NOT_FOUND, Findings(incoming_problem=problem)), entered=wrong)

    page = admin.open(f"/runs/{run_id}/servers")

    assert shown(page).count("У сервера imap.uspeh.test на порту 995 отвечает другая служба.") == 2
    assert 'id="incoming_port-error"' in page.text


@pytest.mark.parametrize("button", ["retest", "done"])
def test_while_another_search_goes_on_nothing_typed_is_lost(admin: Visitor, desk: Desk, button: str) -> None:
    run_id = desk.found()
    other_id = desk.run(state=RunState.RUNNING, entered=Entered("boris@uspeh.test"))

    answer = admin.send(f"/runs/{run_id}/servers", {**AS_FOUND, "incoming_host": "mail.other.test", "next": button})

    assert answer.status_code == 422
    assert "Идёт другой поиск" in shown(answer)
    assert f"/runs/{other_id}" in answer.text
    assert value(answer.text, "incoming_host") == "mail.other.test"
    assert len(desk.runs()) == 2
