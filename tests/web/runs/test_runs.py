"""The page of a run in every phase, the part of it that is asked for again, and Stop."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.web.desk import ADDRESS, DOUBTFUL, FOUND, IMAP, SECRET, Desk
from tests.web.visitor import Visitor, shown
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Entered, EnteredServer, Findings, Hint, HintKind, Outcome, OutcomeKind
from webapp.mail.settings import Protocol, Security
from webapp.net.problems import CertificateFacts, Field, Problem, ProblemKind
from webapp.storage.models import DraftDetails, RunPurpose, RunState

REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, "NO [AUTHENTICATIONFAILED] no", field=Field.SECRET)
CLOSED = Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 995, field=Field.INCOMING_PORT)
STEPS = (
    Step("source:autoconfig", StepGroup.SOURCE, StepState.OK, "https://autoconfig.uspeh.test/", 0, 210, ("published",)),
    Step(
        "source:provider-table",
        StepGroup.SOURCE,
        StepState.FAILED,
        "uspeh.test",
        0,
        0,
        (),
        Problem(ProblemKind.NO_RECORD),
    ),
    Step(
        "probe:imap:imap.uspeh.test:993:tls",
        StepGroup.PROBE,
        StepState.OK,
        "imap.uspeh.test:993",
        0,
        20,
        ("name", "address=192.0.2.1", "port", "tls=TLSv1.3", "greeting", "abilities=PLAIN LOGIN"),
    ),
    Step("probe:smtp:smtp.uspeh.test:587:starttls", StepGroup.PROBE, StepState.RUNNING, "smtp.uspeh.test:587", 0),
)
OUTCOMES = {
    "Параметры найдены": Outcome(OutcomeKind.FOUND, FOUND),
    "Найдена только половина параметров": Outcome(OutcomeKind.HALF_FOUND, Findings(incoming=(IMAP,))),
    "Параметры найдены; нужно ваше согласие": Outcome(OutcomeKind.NEEDS_CONSENT, DOUBTFUL),
    "Параметры не найдены": Outcome(OutcomeKind.NOT_FOUND, Findings(incoming_problem=CLOSED)),
    "Остановлено": Outcome(OutcomeKind.STOPPED, Findings(incoming=(IMAP,))),
    "Прервано": Outcome(OutcomeKind.INTERRUPTED),
    "Сервер отказал во входе": Outcome(OutcomeKind.LOGIN_REFUSED, FOUND, incoming_problem=REFUSED),
    "Учётная запись не сохранена: проверка не пройдена": Outcome(
        OutcomeKind.NOT_PROVED, FOUND, outgoing_problem=Problem(ProblemKind.SENDER_REFUSED, "smtp.uspeh.test", 465)
    ),
    "Учётная запись сохранена": Outcome(OutcomeKind.SAVED, FOUND),
}


@pytest.mark.parametrize(("heading", "outcome"), OUTCOMES.items())
def test_every_end_has_its_heading_and_is_not_asked_for_again(
    admin: Visitor, desk: Desk, heading: str, outcome: Outcome
) -> None:
    run_id = desk.run(outcome, findings=outcome.findings, steps=STEPS)

    page, part = admin.open(f"/runs/{run_id}"), admin.open(f"/runs/{run_id}/progress")

    for answer in (page, part):
        assert answer.status_code == 200
        assert f">{heading}</h2>" in answer.text
        assert "hx-get" not in answer.text
        assert SECRET not in answer.text
    assert "http-equiv" not in page.text
    assert "<html" not in part.text


@pytest.mark.parametrize("state", [RunState.WAITING, RunState.RUNNING])
def test_a_run_that_goes_on_asks_for_itself_with_or_without_javascript(
    admin: Visitor, desk: Desk, state: RunState
) -> None:
    run_id = desk.run(state=state, steps=STEPS)

    page, part = admin.open(f"/runs/{run_id}").text, admin.open(f"/runs/{run_id}/progress").text

    for text in (page, part):
        assert f'hx-get="/runs/{run_id}/progress"' in text
        assert 'hx-trigger="every 700ms"' in text
        assert 'hx-swap="outerMorph"' in text
    assert '<noscript><meta http-equiv="refresh" content="2' in page


def test_the_ladder_tells_states_in_words_with_times_and_a_count(admin: Visitor, desk: Desk) -> None:
    text = shown(admin.open(f"/runs/{desk.run(state=RunState.RUNNING, steps=STEPS)}"))

    assert "3 из 4" in text
    assert "Страница провайдера autoconfig.uspeh.test готово: параметры опубликованы провайдером 0,21 с" in text
    assert "домена нет в таблице 0,00 с" in text
    assert "имя порт TLS 1.3 приветствие PLAIN, LOGIN 0,02 с" in text
    assert "smtp.uspeh.test:587 SMTP · STARTTLS проверяем" in text


def test_one_live_sentence_is_on_the_page_before_and_after(admin: Visitor, desk: Desk) -> None:
    going, over = desk.run(state=RunState.RUNNING), desk.found()

    for run_id in (going, over):
        assert admin.open(f"/runs/{run_id}/progress").text.count('role="status"') == 1


def test_the_first_usable_result_is_offered_at_once(admin: Visitor, desk: Desk) -> None:
    half = desk.run(state=RunState.RUNNING, findings=Findings(incoming=(IMAP,)))
    text = shown(admin.open(f"/runs/{half}"))
    assert "Найдено: IMAP imap.uspeh.test · 993 · SSL/TLS" in text
    assert "Готово" not in text


def test_a_whole_result_may_be_taken_before_the_search_ends(admin: Visitor, desk: Desk) -> None:
    text = shown(admin.open(f"/runs/{desk.run(state=RunState.RUNNING, findings=FOUND)}"))

    assert "Можно продолжать, не дожидаясь остального. Готово" in text


def test_what_was_found_is_shown_with_source_trust_and_alternatives(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{desk.found()}")

    assert "источник: опубликовано провайдером надёжный источник" in shown(page)
    assert "Другие варианты: 1" in shown(page)
    assert 'value="pop3:pop.uspeh.test:995:tls"' in page.text


def test_the_providers_preconditions_are_shown_with_its_own_page(admin: Visitor, desk: Desk) -> None:
    hint = Hint(HintKind.APPLICATION_PASSWORD, "https://provider.example/help")
    findings = replace(FOUND, provider_name="Почта", hints=(hint,))

    page = admin.open(f"/runs/{desk.found(findings)}")

    assert "Почта не принимает обычный пароль" in shown(page)
    assert 'href="https://provider.example/help" target="_blank" rel="noopener noreferrer"' in page.text


def test_a_refused_password_is_asked_for_in_place_with_the_reason_at_the_box(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(OUTCOMES["Сервер отказал во входе"], purpose=RunPurpose.SAVE, findings=FOUND)

    page = admin.open(f"/runs/{run_id}")

    words = "Сервер imap.uspeh.test не принял имя для входа или пароль."
    assert shown(page).count(words) == 2
    assert "Ответ сервера: NO [AUTHENTICATIONFAILED] no" in shown(page)
    assert 'href="#secret"' in page.text
    assert 'name="incoming_host"' not in page.text


def test_by_hand_a_refused_password_keeps_the_whole_form(admin: Visitor, desk: Desk) -> None:
    details = DraftDetails(ADDRESS, "Анна", by_hand=True)
    run_id = desk.run(OUTCOMES["Сервер отказал во входе"], purpose=RunPurpose.SAVE, findings=FOUND, details=details)

    page = admin.open(f"/runs/{run_id}").text

    assert re.search(r'name="incoming_host"[^>]*value="imap.uspeh.test"', page)
    assert page.count('id="secret"') == 1


def test_a_retest_with_a_wrong_port_shows_the_reason_at_the_port(admin: Visitor, desk: Desk) -> None:
    wrong = Entered(ADDRESS, incoming=EnteredServer(Protocol.IMAP, "imap.uspeh.test", 995, Security.TLS))
    outcome = Outcome(OutcomeKind.NOT_FOUND, Findings(incoming_problem=CLOSED))

    page = admin.open(f"/runs/{desk.run(outcome, purpose=RunPurpose.RETEST, entered=wrong)}")

    assert shown(page).count("Сервер imap.uspeh.test не принимает соединения на порту 995.") == 2
    assert re.search(r'id="incoming_port-error"', page.text)
    assert re.search(r'name="incoming_port"[^>]*value="995"', page.text)


def test_a_domain_that_does_not_exist_blames_the_address_and_no_server(admin: Visitor, desk: Desk) -> None:
    missing = Problem(ProblemKind.NAME_NOT_FOUND, "uspeh.test")

    page = admin.open(f"/runs/{desk.failed(missing, missing)}")

    assert shown(page).count("Домена uspeh.test не существует.") == 1
    assert re.search(r'href="/accounts/new\?draft=[^"]+">Домена', page.text)


def test_a_failed_certificate_leads_to_looking_at_it(admin: Visitor, desk: Desk) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    facts = CertificateFacts("CN=mail", "CN=mail", ("mail",), moment, moment, "ab" * 32)
    problem = Problem(ProblemKind.CERTIFICATE_SELF_SIGNED, "imap.uspeh.test", 993, certificate=facts)

    page = admin.open(f"/runs/{(run_id := desk.failed(problem))}")

    assert f'href="/runs/{run_id}/consent"' in page.text
    assert "Нет" not in re.findall(r"<label[^>]*>([^<]*)", page.text)


def test_a_stopped_run_says_that_the_letter_may_remain(admin: Visitor, desk: Desk) -> None:
    outcome = Outcome(OutcomeKind.STOPPED, FOUND, letter_may_remain=True)

    assert "может остаться в ящике" in shown(admin.open(f"/runs/{desk.run(outcome, purpose=RunPurpose.SAVE)}"))


def test_a_saved_account_whose_letter_did_not_arrive_warns(admin: Visitor, desk: Desk) -> None:
    outcome = Outcome(OutcomeKind.SAVED, FOUND, letter_problem=Problem(ProblemKind.LETTER_NOT_ARRIVED))

    text = shown(admin.open(f"/runs/{desk.run(outcome, purpose=RunPurpose.SAVE)}"))

    assert "Пробное сообщение принято, но за полминуты не дошло." in text


def test_recommended_values_have_a_page_of_their_own(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(purpose=RunPurpose.PREPARED, findings=FOUND)

    assert admin.open(f"/runs/{run_id}").location == f"/runs/{run_id}/servers"


def test_stop_stops_and_is_harmless_to_repeat(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(state=RunState.WAITING, findings=Findings(incoming=(IMAP,)))

    answers = [admin.send(f"/runs/{run_id}/stop", page=f"/runs/{run_id}") for _ in range(2)]

    assert [answer.location for answer in answers] == [f"/runs/{run_id}"] * 2
    [run] = desk.runs()
    assert run.outcome is not None
    assert run.outcome.kind is OutcomeKind.STOPPED
    assert "imap.uspeh.test" in admin.open(f"/runs/{run_id}").text


def test_stop_by_a_link_is_refused(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(state=RunState.WAITING)

    assert admin.open(f"/runs/{run_id}/stop").status_code == 405
    assert desk.runs()[0].unfinished


@pytest.mark.parametrize("path", ["", "/progress", "/servers", "/consent"])
def test_somebody_elses_run_does_not_exist(admin: Visitor, colleague: Visitor, desk: Desk, path: str) -> None:
    run_id = desk.found(DOUBTFUL)

    assert colleague.open(f"/runs/{run_id}{path}").status_code == 404
    assert admin.open(f"/runs/{run_id}{path}").status_code == 200


@pytest.mark.parametrize("path", ["/stop", "/servers", "/save", "/consent"])
def test_nobody_changes_somebody_elses_run(colleague: Visitor, desk: Desk, path: str) -> None:
    run_id = desk.run(state=RunState.WAITING, findings=FOUND)

    assert colleague.send(f"/runs/{run_id}{path}", page="/accounts/new").status_code == 404
    assert [run.id for run in desk.runs() if run.unfinished] == [run_id]


@pytest.mark.parametrize("path", ["", "/progress", "/servers", "/consent"])
def test_who_has_not_signed_in_sees_no_run(visitor: Visitor, desk: Desk, path: str) -> None:
    answer = visitor.open(f"/runs/{desk.found()}{path}")

    assert answer.status_code == 303
    assert str(answer.location).startswith("/sign-in")


def test_a_poll_of_an_ended_session_leads_the_whole_page_to_signing_in(visitor: Visitor, desk: Desk) -> None:
    answer = visitor.open(f"/runs/{desk.found()}/progress", {"HX-Request": "true"})

    assert "/sign-in" in answer.headers["HX-Redirect"]
