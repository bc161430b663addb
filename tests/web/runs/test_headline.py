"""The headline of what is in the way speaks of the red step that matters, in the words of that step."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.certificates import expired
from tests.detection.servers import HOST, over_tls, plain_script
from tests.detection.world import Port, free_port, world
from tests.mail.scripts import IMAP, POP3, SMTP, Speech
from tests.scripted import ScriptedServer, silence
from tests.web.desk import ADDRESS, FOUND, Desk
from tests.web.visitor import Visitor, shown
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.telling import triviality
from webapp.detection.types import Entered, Findings, Outcome, OutcomeKind
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import RunPurpose

HEADLINE = re.compile(r'id="error-summary-heading">Что мешает: ([^<]+)<')
SHOW = re.compile(r'href="#step-([^"]+)">Показать шаг')
WORDS = re.compile(r'<span class="rung__state">([^<]+)<')

# One server after the other, as the domain publishes them: what it speaks, whether with TLS, and how it fails.
FAILURES: dict[str, list[tuple[Speech, bool, str]]] = {
    "a closed port and a refused STARTTLS": [(IMAP, True, "closed"), (IMAP, False, "STARTTLS refused")],
    "no STARTTLS and another protocol": [(IMAP, False, "STARTTLS unknown"), (IMAP, True, "another protocol")],
    "a bad certificate and a closed port": [(IMAP, True, "expired"), (IMAP, False, "closed")],
    "a closed port on one side, a bad certificate on the other": [(IMAP, True, "closed"), (SMTP, True, "expired")],
    "the same on both sides": [(IMAP, True, "closed"), (SMTP, True, "closed")],
}


def failing(speech: Speech, how: str) -> ScriptedServer:
    """Return a server that fails in one way."""
    if how == "closed":
        return Port(free_port())
    if how == "another protocol":
        return over_tls(POP3)
    if how == "expired":
        return ScriptedServer(plain_script(speech), tls=expired(HOST))
    if how == "STARTTLS refused":
        return ScriptedServer(speech.up_to_tls(speech.tls_refused, silence))
    return ScriptedServer(plain_script(speech))


@contextmanager
def searched(servers: list[tuple[Speech, bool, str]]) -> Iterator[tuple[Outcome, list[Step]]]:
    """Search in a world of these servers only."""
    with ExitStack() as running:
        ports = [failing(speech, how) for speech, _, how in servers]
        for port in ports:
            if not isinstance(port, Port):
                running.enter_context(port)
        here = running.enter_context(world(*ports))
        for (speech, tls, _), port in zip(servers, ports, strict=True):
            here.offer(speech, port, tls=tls)
        yield here.detect(Entered(ADDRESS)), list(here.telling.steps.values())


@pytest.mark.parametrize("servers", FAILURES.values(), ids=FAILURES)
def test_the_headline_is_the_most_telling_of_all_red_steps(
    admin: Visitor, desk: Desk, servers: list[tuple[Speech, bool, str]]
) -> None:
    with searched(servers) as (outcome, steps):
        run_id = desk.run(outcome, findings=outcome.findings, steps=steps)

    page = admin.open(f"/runs/{run_id}").text

    red = {step.key: step.problem for step in steps if step.state is StepState.FAILED and step.problem}
    shown_steps = [key for key in SHOW.findall(page) if red[key].kind is not ProblemKind.NAME_NOT_FOUND]
    told = min(shown_steps, key=lambda key: triviality(red[key].kind))
    probed = [problem for key, problem in red.items() if key.startswith("probe:")]
    assert triviality(red[told].kind) == min(triviality(problem.kind) for problem in probed)
    line = page.partition(f'id="rung-{told}"')[2].partition("</li>")[0]
    assert [HEADLINE.search(page)[1]] == WORDS.findall(line)  # type: ignore[index]


def finished(desk: Desk, incoming: Problem | None, outgoing: Problem | None, letter: Problem | None = None) -> str:
    """Lay down a check that failed; the steps are those of its problems."""
    refused = {one.kind for one in (incoming, outgoing) if one} & {ProblemKind.LOGIN_REFUSED}
    kind = OutcomeKind.LOGIN_REFUSED if refused else OutcomeKind.NOT_PROVED
    outcome = Outcome(kind, FOUND, incoming_problem=incoming, outgoing_problem=outgoing, letter_problem=letter)
    met = {"incoming": incoming, "outgoing": outgoing, "letter": letter}
    steps = [
        Step(f"verify:{key}", StepGroup.VERIFY, StepState.FAILED, f"{one.host}:{one.port}", 0, 10, (), one)
        for key, one in met.items()
        if one is not None
    ]
    return desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND, steps=steps)


TIMED_OUT = Problem(ProblemKind.CONNECTION_TIMED_OUT, "imap.uspeh.test", 993)
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "smtp.uspeh.test", 465, "535 5.7.8 no")
SENDER = Problem(ProblemKind.SENDER_REFUSED, "smtp.uspeh.test", 465, "553 5.7.1 not yours")


def test_a_refused_login_matters_more_than_a_server_that_did_not_answer(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{finished(desk, TIMED_OUT, REFUSED)}")

    assert "Сервер отказал во входе" in shown(page)
    assert HEADLINE.findall(page.text) == ["имя или пароль не подошли"]
    assert SHOW.findall(page.text) == ["verify:outgoing", "verify:incoming"]  # what the headline names comes first


def test_a_refused_message_is_a_problem_like_any_other(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{finished(desk, None, None, SENDER)}")

    assert HEADLINE.findall(page.text) == ["отправитель отклонён"]
    assert SHOW.findall(page.text) == ["verify:letter"]
    assert '<a href="#outgoing_username">' in page.text
    assert 'id="outgoing_username-error"' in page.text
    assert shown(page).count("553 5.7.1 not yours") == 2  # in the summary and at the step


def test_a_message_not_seen_arriving_is_only_a_warning(admin: Visitor, desk: Desk) -> None:
    missing = Problem(ProblemKind.LETTER_NOT_ARRIVED)
    run_id = desk.run(Outcome(OutcomeKind.SAVED, FOUND, letter_problem=missing), purpose=RunPurpose.SAVE)

    page = admin.open(f"/runs/{run_id}")

    assert "за полминуты не дошло" in shown(page)
    assert "error-summary" not in page.text


def test_a_problem_no_line_shows_leads_to_no_step(admin: Visitor, desk: Desk) -> None:
    nothing = Findings(incoming_problem=TIMED_OUT)

    page = admin.open(f"/runs/{desk.run(Outcome(OutcomeKind.NOT_FOUND, nothing), findings=nothing)}").text

    assert "error-summary" in page
    assert SHOW.findall(page) == []
