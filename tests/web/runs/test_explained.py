"""What a failed run's page says of a problem: what happened, why, what to do, and the next step one click away."""

import re

import pytest

from tests.web.desk import FOUND, SECRET, Desk
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Entered, EnteredServer, Findings, Hint, HintKind, Outcome, OutcomeKind
from webapp.mail.settings import Protocol
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import RunPurpose

NEXT = re.compile(r'<(a|button) class="button button--small"[^>]*>')
TYPED = Entered("anna@uspeh.test", incoming=EnteredServer(Protocol.IMAP, "imap.uspeh.test", 994))


def refused(desk: Desk, cause: Cause | None, host: str = "imap.uspeh.test", address: str = "anna@uspeh.test") -> str:
    """Lay down a check whose password was refused."""
    problem = Problem(ProblemKind.LOGIN_REFUSED, host, 993, "NO said the server", cause=cause)
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, FOUND, incoming_problem=problem)
    return desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND, entered=Entered(address), secret=SECRET)


def test_a_complaint_says_what_happened_why_and_what_to_do(admin: Visitor, desk: Desk) -> None:
    page = shown(admin.open(f"/runs/{refused(desk, Cause.TOO_MANY_TRIES)}"))

    assert "Что мешает: слишком много попыток входа" in page
    assert page.count("Сервер imap.uspeh.test пока не пускает: попыток входа было слишком много.") == 2  # at the field
    assert "Где-то ещё работает программа со старым паролем" in page
    assert "Подождите хотя бы четверть часа" in page
    assert "NO said the server" in page


def test_the_next_step_of_a_refused_password_is_its_box(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{refused(desk, Cause.WRONG_PASSWORD)}").text

    assert '<a class="button button--small" href="#secret">Ввести пароль</a>' in page


def test_a_login_name_to_blame_is_corrected_beside_the_password(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{refused(desk, Cause.WRONG_LOGIN_FORM)}").text

    assert '<a class="button button--small" href="#username">Исправить имя для входа</a>' in page
    assert re.search(r'<input[^>]* aria-describedby="[^"]*username-error"[^>]* id="username"', page)
    assert 'id="secret-error"' not in page


def test_a_field_that_is_not_on_the_page_is_one_click_away(admin: Visitor, desk: Desk) -> None:
    wrong = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, cause=Cause.WRONG_PASSWORD)
    closed = Problem(ProblemKind.CONNECTION_REFUSED, "smtp.uspeh.test", 465)
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, FOUND, incoming_problem=wrong, outgoing_problem=closed)
    typed = Entered("anna@uspeh.test", outgoing=EnteredServer(Protocol.SMTP, "smtp.uspeh.test", 465))
    run_id = desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND, entered=typed)

    page = admin.open(f"/runs/{run_id}").text

    assert f'href="/runs/{run_id}/servers#outgoing_port">Исправить порт</a>' in page


@pytest.mark.parametrize("cause", [None, Cause.WRONG_PASSWORD, Cause.PASSWORD_OR_SWITCHED_OFF])
def test_a_known_provider_gets_its_own_words_and_pages(admin: Visitor, desk: Desk, cause: Cause | None) -> None:
    run_id = refused(desk, cause, "imap.yandex.ru", "anna@yandex.ru")

    answer = admin.open(f"/runs/{run_id}")

    assert "Яндекс отвечает одинаково" in shown(answer)
    pages = [tag[0] for tag in NEXT.finditer(answer.text) if "https://" in tag[0]]
    assert len(pages) == 2
    assert all('target="_blank" rel="noopener noreferrer"' in tag for tag in pages)


def test_a_domain_at_a_provider_is_told_of_its_administrator(admin: Visitor, desk: Desk) -> None:
    run_id = refused(desk, Cause.PROTOCOL_SWITCHED_OFF, "imap.yandex.ru", "anna@uspeh.test")

    assert "спросите администратора организации" in shown(admin.open(f"/runs/{run_id}"))


def test_who_typed_the_port_jumps_to_it(admin: Visitor, desk: Desk) -> None:
    closed = Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 994)
    nothing = Findings(incoming_problem=closed)
    run_id = desk.run(Outcome(OutcomeKind.NOT_FOUND, nothing), findings=nothing, entered=TYPED)

    page = admin.open(f"/runs/{run_id}").text

    assert '<a class="button button--small" href="#incoming_port">Исправить порт</a>' in page
    assert 'aria-describedby="incoming_port-error' in page


@pytest.mark.parametrize(
    ("purpose", "wish"), [(RunPurpose.DETECT, "retest"), (RunPurpose.RETEST, "retest"), (RunPurpose.SAVE, "done")]
)
def test_what_passes_is_tried_again_with_one_button(admin: Visitor, desk: Desk, purpose: RunPurpose, wish: str) -> None:
    busy = Problem(ProblemKind.SERVICE_UNAVAILABLE, "imap.uspeh.test", 993, "421 busy", cause=Cause.RATE_LIMITED)
    kind = OutcomeKind.NOT_PROVED if purpose is RunPurpose.SAVE else OutcomeKind.NOT_FOUND
    run_id = desk.run(Outcome(kind, FOUND, incoming_problem=busy), purpose=purpose, findings=FOUND)

    page = admin.open(f"/runs/{run_id}").text

    assert f'type="submit" form="servers-form" name="next" value="{wish}">Попробовать снова</button>' in page
    assert 'id="servers-form"' in page


def test_a_hint_of_the_provider_found_by_its_exchanger_counts(admin: Visitor, desk: Desk) -> None:
    hinted = Findings(FOUND.incoming, FOUND.outgoing, "Google Workspace", (Hint(HintKind.APPLICATION_PASSWORD),))
    problem = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, cause=Cause.APPLICATION_PASSWORD_NEEDED)
    run_id = desk.run(Outcome(OutcomeKind.LOGIN_REFUSED, hinted, incoming_problem=problem), findings=hinted)

    assert "пароль приложения из 16 букв" in shown(admin.open(f"/runs/{run_id}"))
