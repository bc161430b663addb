"""What a line of the ladder opens to: its rungs on the page itself, and what was said one request away."""

import html
import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from tests.web.desk import FOUND, Desk
from tests.web.visitor import Visitor, shown
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Outcome, OutcomeKind
from webapp.mail.transcript import Speaker, Utterance
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import RunPurpose, RunState

US, SERVER, NOTE = Speaker.US, Speaker.SERVER, Speaker.NOTE
FACTS = ("name", "address=192.0.2.1", "port", "greeting", "tls=TLSv1.3", "abilities=PLAIN LOGIN")
REFUSED = Problem(
    ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 143, "NO [AUTHENTICATIONFAILED] no", cause=Cause.TOO_MANY_TRIES
)
SAID = (
    Utterance(NOTE, "name", 110),
    Utterance(NOTE, "address=192.0.2.1,192.0.2.2", 110),
    Utterance(NOTE, "port", 130),
    Utterance(SERVER, "* OK <script>alert(1)</script> & ready", 150),
    Utterance(NOTE, "greeting", 150),
    Utterance(US, "A1 STARTTLS", 151),
    Utterance(NOTE, "tls=TLSv1.3", 190),
    Utterance(NOTE, "omitted=5", 190),
    Utterance(NOTE, "abilities=PLAIN LOGIN", 200),
    Utterance(SERVER, "A3 NO [AUTHENTICATIONFAILED] no", 480),
)
SOURCE = Step(
    "source:autoconfig",
    StepGroup.SOURCE,
    StepState.FAILED,
    "https://autoconfig.uspeh.test/",
    0,
    210,
    (),
    Problem(ProblemKind.HTTP_STATUS, "autoconfig.uspeh.test", 443, "404 Not Found"),
    (Utterance(US, "GET https://autoconfig.uspeh.test/", 10), Utterance(SERVER, "404 Not Found", 200)),
)
PROBE = Step(
    "probe:smtp:smtp.uspeh.test:465:tls",
    StepGroup.PROBE,
    StepState.RUNNING,
    "smtp.uspeh.test:465",
    100,
    facts=("name", "address=192.0.2.1"),
    transcript=SAID[:2],
)
LOGIN = Step(
    "verify:incoming", StepGroup.VERIFY, StepState.FAILED, "imap.uspeh.test:143", 100, 400, FACTS, REFUSED, SAID
)
WAITING = Step("verify:sharing:a@uspeh.test", StepGroup.VERIFY, StepState.WAITING, "a@uspeh.test", 0)
TABLE = Step("source:guess", StepGroup.SOURCE, StepState.OK, "uspeh.test", 0, 10)
STEPS = (SOURCE, TABLE, PROBE, LOGIN, WAITING)
RUNG = re.compile(r'<li class="stage stage--([a-z-]+)" data-stage="([a-z]+)" data-state="([a-z-]+)">(.*?)</li>')


def going(desk: Desk) -> str:
    return desk.run(state=RunState.RUNNING, steps=STEPS)


def over(desk: Desk) -> str:
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, FOUND, incoming_problem=REFUSED)
    return desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND, steps=(SOURCE, TABLE, LOGIN))


def line_of(page: str, step: Step) -> str:
    """Return the HTML of one line of the ladder, up to the next."""
    return re.split(r'<li class="rung |</section>', page.partition(f'id="rung-{step.key}"')[2])[0]


def lines_of(text: str) -> list[tuple[str, str, str]]:
    """Return a conversation as moments, speakers and words; a line of the same moment as the one before has none."""
    rows = re.findall(r'<li class="talk__line talk__line--(\w+)">(.*?)</li>', text)
    spans = [(who, re.sub(r"<span class=\"talk__who.*?</span>", "", row)) for who, row in rows]
    return [(*_pair(row), who) for who, row in spans]


def _pair(row: str) -> tuple[str, str]:
    moment, words = re.findall(r'^(?:<span class="talk__at">(.*?)</span>)?.*<bdi class="talk__words">(.*?)</bdi>', row)[
        0
    ]
    return html.unescape(moment), html.unescape(words)


@pytest.mark.parametrize("part", ["", "/progress"])
def test_the_rungs_stand_on_the_page_and_in_every_answer_to_a_poll(admin: Visitor, desk: Desk, part: str) -> None:
    page = admin.open(f"/runs/{going(desk)}{part}").text

    rungs = RUNG.findall(line_of(page, PROBE))
    assert [(stage, state) for _, stage, state, _ in rungs] == [
        ("name", "passed"),
        ("address", "passed"),
        ("port", "running"),
        ("tls", "not-reached"),
        ("greeting", "not-reached"),
        ("abilities", "not-reached"),
    ]
    assert all(look == state for look, _, state, _ in rungs)
    words = [re.sub("<[^>]+>", "", text) for *_, text in rungs]
    assert words[:4] == ["имя в порядке 0,01 с", "адрес в порядке 0,00 с", "порт проверяем", "TLS не дошли"]


def test_exactly_the_rung_where_it_ended_is_red(admin: Visitor, desk: Desk) -> None:
    rungs = RUNG.findall(line_of(admin.open(f"/runs/{over(desk)}").text, LOGIN))

    assert [stage for _, stage, state, _ in rungs if state == "failed"] == ["login"]
    assert [state for *_, state, _ in rungs] == ["passed"] * 6 + ["failed"]


def test_a_line_with_nothing_behind_it_does_not_open(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{going(desk)}").text

    opening = {step.key: "<details" in line_of(page, step) for step in STEPS}
    assert opening == {SOURCE.key: True, TABLE.key: False, PROBE.key: True, LOGIN.key: True, WAITING.key: False}


@pytest.mark.parametrize("step", [SOURCE, PROBE, LOGIN], ids=lambda step: step.group)
def test_what_was_said_is_a_link_away_and_not_in_the_poll(admin: Visitor, desk: Desk, step: Step) -> None:
    run_id = going(desk)

    poll = admin.open(f"/runs/{run_id}/progress").text

    link = html.unescape(re.findall(r'<a href="([^"]+)">Что спросили', line_of(poll, step))[0])
    assert "talk__line" not in poll
    answer = admin.open(link)
    assert answer.status_code == 200
    assert len(lines_of(answer.text)) == len(step.transcript)


def test_a_conversation_tells_who_said_what_and_when_with_facts_in_words(admin: Visitor, desk: Desk) -> None:
    answer = admin.open(f"/runs/{over(desk)}/steps?key=verify:incoming")

    assert lines_of(answer.text) == [
        ("0,01 с", "имя найдено", "note"),
        ("", "адрес 192.0.2.1, 192.0.2.2", "note"),
        ("0,03 с", "порт открыт", "note"),
        ("0,05 с", "* OK <script>alert(1)</script> & ready", "server"),
        ("", "сервер поздоровался", "note"),
        ("", "A1 STARTTLS", "us"),
        ("0,09 с", "соединение защищено: TLS 1.3", "note"),
        ("", "пропущено 5 строк", "note"),
        ("0,10 с", "сервер предлагает: PLAIN, LOGIN", "note"),
        ("0,38 с", "A3 NO [AUTHENTICATIONFAILED] no", "server"),
    ]
    assert "<script>alert" not in answer.text
    assert "мы A1 STARTTLS" in shown(answer)


def test_a_speaker_who_goes_on_at_once_is_named_once(admin: Visitor, desk: Desk) -> None:
    said = [(SERVER, "250-mx", 100), (SERVER, "250-SIZE", 100), (US, "AUTH", 100), (US, "QUIT", 190)]
    step = replace(LOGIN, transcript=tuple(Utterance(who, words, at) for who, words, at in said))
    run_id = desk.run(state=RunState.RUNNING, steps=[step])

    answer = admin.open(f"/runs/{run_id}/steps?key={step.key}").text

    assert re.findall(r'<span class="talk__(?:at|who)">([^<]+)<', answer) == ["0,00 с", "сервер", "мы", "0,09 с", "мы"]


def test_a_step_explains_its_end_in_the_words_of_the_summary(admin: Visitor, desk: Desk) -> None:
    run_id = over(desk)

    summary, step = admin.open(f"/runs/{run_id}"), admin.open(f"/runs/{run_id}/steps?key=verify:incoming")

    for answer in (summary, step):
        assert "Сервер imap.uspeh.test пока не пускает: попыток входа было слишком много." in shown(answer)
        assert "Где-то ещё работает программа со старым паролем" in shown(answer)
        assert "Подождите хотя бы четверть часа" in shown(answer)


def test_a_source_that_knows_nothing_blames_nobody(admin: Visitor, desk: Desk) -> None:
    answer = admin.open(f"/runs/{over(desk)}/steps?key=source:autoconfig")

    assert "Само по себе это не мешает" in shown(answer)
    assert "сведений нет:" in shown(answer)
    assert "не получилось" not in shown(answer)
    assert "Что делать" not in shown(answer)
    assert lines_of(answer.text)[1] == ("0,20 с", "404 Not Found", "server")


def test_an_opened_step_gets_its_part_of_the_page_only(admin: Visitor, desk: Desk) -> None:
    path = f"/runs/{going(desk)}/steps?key={quote(LOGIN.key)}"

    part, boosted = (
        admin.open(path, {"HX-Request": "true"}),
        admin.open(path, {"HX-Request": "true", "HX-Boosted": "1"}),
    )

    assert "<html" not in part.text
    assert part.text.count('class="detail"') == 1
    assert "<html" in boosted.text
    assert "<h1>" in boosted.text


def test_an_opened_step_asks_for_news_until_it_has_ended(admin: Visitor, desk: Desk) -> None:
    run_id = going(desk)

    texts = [admin.open(f"/runs/{run_id}/steps?key={quote(step.key)}").text for step in (PROBE, LOGIN)]

    assert ['hx-trigger="every 700ms"' in text for text in texts] == [True, False]


def test_a_run_that_was_cut_short_is_not_asked_about_for_ever(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(Outcome(OutcomeKind.STOPPED), steps=(PROBE,))

    assert "every 700ms" not in admin.open(f"/runs/{run_id}/steps").text


def test_all_steps_stand_on_one_page(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{over(desk)}/steps")

    assert page.text.count('class="detail"') == 2
    assert [page.text.count(f'id="rung-{step.key}"') for step in (SOURCE, TABLE, LOGIN)] == [1, 1, 1]


def test_nobody_learns_of_somebody_elses_steps(admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    run_id = over(desk)
    paths = [f"/runs/{run_id}/steps", f"/runs/{run_id}/steps?key=verify:incoming"]

    assert [colleague.open(path).status_code for path in paths] == [404, 404]
    assert [admin.open(path).status_code for path in paths] == [200, 200]


def test_a_step_that_is_not_there_is_not_found(admin: Visitor, desk: Desk) -> None:
    assert admin.open(f"/runs/{over(desk)}/steps?key=verify:letter").status_code == 404


def test_long_words_of_a_server_are_kept_whole_and_isolated(admin: Visitor, desk: Desk) -> None:
    words = "250 " + "a" * 296
    step = Step(LOGIN.key, LOGIN.group, StepState.OK, LOGIN.subject, 0, 1, (), None, (Utterance(SERVER, words, 1),))

    page = admin.open(f"/runs/{desk.run(Outcome(OutcomeKind.FOUND, FOUND), steps=(step,))}/steps").text

    assert f'<bdi class="talk__words">{words}</bdi>' in page
