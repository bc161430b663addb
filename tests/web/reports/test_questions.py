"""What to ask the provider: made from what is still unknown after a run, in words for people and as a letter."""

import html
import re
from itertools import product

import pytest

from tests.web.desk import ADDRESS, DOUBTFUL, FOUND, IMAP, SMTP, Desk
from tests.web.reports.pieces import REFUSED, WRONG_NAME, lay_refused, with_words
from tests.web.visitor import Visitor, shown
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import (
    Consent,
    Entered,
    EnteredServer,
    Findings,
    Hint,
    HintKind,
    Outcome,
    OutcomeKind,
    ProvedServer,
    SharingProblem,
    Source,
)
from webapp.mail.settings import Direction, Protocol, Security
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import RunPurpose, RunState
from webapp.web.explaining.questions import Topic, questions
from webapp.web.reports.questions import Known, Question, questions_of

IN, OUT = Direction.INCOMING, Direction.OUTGOING
TYPED = Entered(
    ADDRESS,
    incoming=EnteredServer(Protocol.IMAP, "imap.uspeh.test", 993, Security.TLS),
    outgoing=EnteredServer(Protocol.SMTP, "smtp.uspeh.test", 465, Security.TLS),
)
LETTER = re.compile(r'(?s)<pre [^>]*id="letter"[^>]*>(.*?)</pre>')


def asked(
    *problems: tuple[Direction, Problem],
    findings: Findings = FOUND,
    entered: Entered = TYPED,
    consent: Consent = Consent(),  # noqa: B008
) -> list[Question]:
    """Return what is asked after these problems."""
    return list(questions_of(Known(entered, findings, problems, consent), questions()))


def topics(found: list[Question]) -> list[Topic]:
    return [question.topic for question in found]


def letter(admin: Visitor, run_id: str, language: str = "") -> str:
    """Return the letter of a run's page of questions."""
    found = LETTER.search(admin.open(f"/runs/{run_id}/questions{language and '?letter=' + language}").text)
    assert found, "there is no letter"
    return html.unescape(found[1])


def test_nothing_is_asked_where_everything_is_known() -> None:
    assert asked() == []
    assert asked(entered=Entered(ADDRESS)) == []


def test_a_server_nobody_found_is_asked_for_whole() -> None:
    closed = Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 993)

    found = asked((IN, closed), findings=Findings(outgoing=(SMTP,)), entered=Entered(ADDRESS))

    assert topics(found) == [Topic.SERVER]
    assert found[0].directions == (IN,)


def test_of_a_server_somebody_typed_only_what_is_doubtful_is_asked() -> None:
    closed = Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 993)

    found = asked((IN, closed), findings=Findings(outgoing=(SMTP,)))

    assert found == [Question(Topic.PORT, (IN,), (("imap.uspeh.test", 993),))]


def test_both_halves_share_a_question_and_name_both_servers() -> None:
    refused = [(IN, REFUSED), (OUT, Problem(ProblemKind.LOGIN_REFUSED, "smtp.uspeh.test", 465))]

    found = asked(*refused)

    assert topics(found) == [Topic.PASSWORD, Topic.ACCESS]
    assert {question.directions for question in found} == {(IN, OUT)}
    assert found[0].places == (("imap.uspeh.test", 993), ("smtp.uspeh.test", 465))


def test_a_login_name_that_a_source_named_is_not_asked_for() -> None:
    untyped = Entered(ADDRESS)
    wrong_form = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, cause=Cause.WRONG_LOGIN_FORM)

    typed = Entered(ADDRESS, incoming=EnteredServer(username="anna"))

    assert topics(asked((IN, REFUSED), entered=untyped)) == [Topic.PASSWORD, Topic.ACCESS]
    assert topics(asked((IN, wrong_form), entered=untyped)) == [Topic.USERNAME]
    assert topics(asked((IN, REFUSED), entered=typed)) == [Topic.USERNAME, Topic.PASSWORD, Topic.ACCESS]


def test_nobody_asks_a_news_server_about_a_mailbox() -> None:
    typed = Entered(ADDRESS, incoming=EnteredServer(Protocol.NNTP, "news.uspeh.test", username="anna"))

    assert topics(asked((IN, REFUSED), entered=typed)) == [Topic.USERNAME]


def test_where_an_application_password_is_wanted_it_is_not_asked_which_password() -> None:
    hinted = Findings((IMAP,), (SMTP,), "Почта", (Hint(HintKind.APPLICATION_PASSWORD),))

    found = topics(asked((IN, REFUSED), findings=hinted, entered=Entered(ADDRESS)))

    assert Topic.PASSWORD not in found
    assert Topic.APPLICATION_PASSWORD in found


def test_a_doubtful_server_is_to_be_confirmed_until_the_person_agreed() -> None:
    entered = Entered(ADDRESS)
    agreed = Consent(hosts=frozenset({"mx.hoster.test"}))

    found = asked(findings=DOUBTFUL, entered=entered)

    assert found == [Question(Topic.CONFIRM, (IN, OUT), (("mx.hoster.test", 993), ("mx.hoster.test", 465)))]
    assert asked(findings=DOUBTFUL, entered=entered, consent=agreed) == []


def test_recommended_values_are_no_knowledge() -> None:
    assumed = ProvedServer(IMAP.settings, Source.ASSUMPTION, False, "uspeh.test", username_fixed=False)

    assert topics(asked(findings=Findings((assumed,), (SMTP,)), entered=Entered(ADDRESS))) == [Topic.SERVER]


def test_a_domain_that_does_not_exist_is_asked_about_and_no_server_of_it() -> None:
    missing = Problem(ProblemKind.NAME_NOT_FOUND, "uspeh.test")

    found = asked((IN, missing), (OUT, missing), findings=Findings(), entered=Entered(ADDRESS))

    assert topics(found) == [Topic.DOMAIN]


def test_only_the_halves_that_are_wanted_are_asked_about() -> None:
    entered = Entered(ADDRESS, for_sending=False)

    assert asked(findings=Findings(incoming=(IMAP,)), entered=entered) == []


def test_an_answer_nobody_knows_is_asked_about_only_if_there_is_one() -> None:
    silent = Problem(ProblemKind.LETTER_REFUSED, "smtp.uspeh.test", 465, cause=Cause.GENERAL)
    spoken = Problem(ProblemKind.LETTER_REFUSED, "smtp.uspeh.test", 465, "554 5.0.0 no", cause=Cause.GENERAL)

    assert topics(asked((OUT, silent))) == [Topic.LETTER]
    assert topics(asked((OUT, spoken))) == [Topic.LETTER, Topic.MEANING]


@pytest.mark.parametrize("entered", [TYPED, Entered(ADDRESS)], ids=["typed", "automatic"])
def test_every_problem_leaves_a_sensible_question_or_nobody_to_ask(entered: Entered) -> None:
    for kind, cause in product(ProblemKind, (None, *Cause)):
        problem = Problem(kind, "imap.uspeh.test", 993, "NO", cause=cause)
        found = asked((IN, problem), entered=entered)

        nobody = kind in questions().nobody and (cause is None or cause is Cause.GENERAL)
        assert nobody or found, (kind, cause)
        assert Topic.SERVER not in topics(found) or kind in questions().entries[Topic.SERVER].kinds, "one was found"


def test_a_server_that_takes_no_such_login_is_not_asked_about_its_protection() -> None:
    closed = Problem(ProblemKind.NO_COMMON_AUTH_METHOD, "imap.uspeh.test", 993, "GSSAPI", cause=Cause.LOGIN_DISABLED)

    assert topics(asked((IN, closed), entered=TYPED)) == [Topic.AUTH]


def test_the_page_asks_in_plain_words_and_says_why(admin: Visitor, desk: Desk) -> None:
    page = shown(admin.open(f"/runs/{lay_refused(desk)}/questions"))

    assert "Спросите у провайдера" in page
    assert "Включён ли для ящика anna@uspeh.test доступ почтовых программ (IMAP)?" in page
    assert "У многих провайдеров доступ выключен, пока его не включат в настройках почты." in page
    assert "Ваш ли сертификат на smtp.uspeh.test:465" in page
    assert "Спросите у администратора" not in page


def test_the_letter_tells_facts_and_asks_and_gives_no_password(admin: Visitor, desk: Desk) -> None:
    text = letter(admin, lay_refused(desk))

    assert text.startswith("Тема: настройка почтовой программы для anna@uspeh.test\n\nЗдравствуйте!\n")
    assert (
        "• IMAP imap.uspeh.test, порт 993, SSL/TLS: имя или пароль не подошли; имя для входа: anna@uspeh.test; "
        "ответ сервера: «NO [AUTHENTICATIONFAILED] no»\n"
    ) in text
    assert "• SMTP smtp.uspeh.test, порт 465: сертификат на другое имя; сертификат: имена mail.hoster.test;" in text
    assert ":".join(["AB"] * 32) in text
    assert "(UTC):" in text
    assert "\n1. " in text
    assert "Пароля в этом письме нет" in text


def test_the_letter_is_there_in_the_providers_language(admin: Visitor, desk: Desk) -> None:
    run_id = lay_refused(desk)

    page = admin.open(f"/runs/{run_id}/questions?letter=en")
    text = letter(admin, run_id, "en")

    assert not re.search("[а-яё]", text, re.IGNORECASE)
    assert (
        "name or password refused; login name: anna@uspeh.test; the server's answer: “NO [AUTHENTICATIONFAILED] no”"
        in text
    )
    assert "Спросите у провайдера" in shown(page)
    assert f'href="/runs/{run_id}/questions?letter=ru#letter-heading"' in page.text
    assert 'id="letter" lang="en"' in page.text
    assert letter(admin, run_id, "xx") == letter(admin, run_id)


def test_words_of_a_server_stay_between_their_quotation_marks(admin: Visitor, desk: Desk) -> None:
    step = with_words('no»\n2. <b>Пришлите</b> пароль «"')
    text = letter(admin, lay_refused(desk, (step,), step.problem or REFUSED))

    assert text.count("«") == text.count("»") == 1
    assert "<b>" not in admin.open(f"/runs/{lay_refused(desk, (step,), step.problem or REFUSED)}/questions").text
    assert not re.search(r"^2\. .*Пришлите", text, re.MULTILINE)


def test_what_was_tried_in_vain_is_told(admin: Visitor, desk: Desk) -> None:
    closed = Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 993)
    hosts = [f"m{number}.uspeh.test" for number in range(10)]
    steps = [
        Step(f"probe:imap:{host}:993:tls", StepGroup.PROBE, StepState.FAILED, f"{host}:993", 0, 1, (), closed)
        for host in hosts
    ]
    nothing = Findings(incoming_problem=closed, outgoing=(SMTP,))

    text = letter(admin, desk.run(Outcome(OutcomeKind.HALF_FOUND, nothing), findings=nothing, steps=steps))

    assert "• IMAP (или POP3), пробовали: m0.uspeh.test:993 (порт закрыт), m1" in text
    assert "m7.uspeh.test:993 (порт закрыт), …\n" in text
    assert "• SMTP smtp.uspeh.test, порт 465, SSL/TLS: отвечает\n" in text


def test_who_can_allow_it_in_the_office_is_asked_apart_and_in_no_letter(admin: Visitor, desk: Desk) -> None:
    refused = Problem(ProblemKind.NOT_ALLOWED)
    run_id = desk.run(Outcome(OutcomeKind.NOT_PROVED, FOUND, incoming_problem=refused), findings=FOUND, entered=TYPED)

    page = admin.open(f"/runs/{run_id}/questions")

    assert "Спросите у администратора Mailroom" in shown(page)
    assert "Спросите у провайдера" not in shown(page)
    assert 'id="letter"' not in page.text


def test_the_providers_own_pages_come_first(admin: Visitor, desk: Desk) -> None:
    problem = Problem(ProblemKind.LOGIN_REFUSED, "imap.yandex.ru", 993, cause=Cause.WRONG_PASSWORD)
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, FOUND, incoming_problem=problem)
    run_id = desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND, entered=Entered("anna@yandex.ru"))

    page = admin.open(f"/runs/{run_id}/questions").text

    assert page.index("https://yandex.ru/support") < page.index("provider-heading")


def test_addresses_and_letters_a_server_refused_are_asked_about(admin: Visitor, desk: Desk) -> None:
    refused = Problem(ProblemKind.SENDER_REFUSED, "smtp.uspeh.test", 465)
    late = Problem(ProblemKind.LETTER_NOT_ARRIVED)
    outcome = Outcome(
        OutcomeKind.NOT_PROVED, FOUND, letter_problem=late, sharing_problems=(SharingProblem("b@uspeh.test", refused),)
    )

    text = letter(admin, desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND, entered=TYPED))

    assert "Разрешено ли отправлять письма от имени b@uspeh.test через smtp.uspeh.test:465?" in text
    assert "Где задержалось пробное сообщение на anna@uspeh.test" in text


@pytest.mark.parametrize("kind", [OutcomeKind.FOUND, OutcomeKind.SAVED])
def test_where_all_went_well_there_is_kindly_nothing_to_ask(admin: Visitor, desk: Desk, kind: OutcomeKind) -> None:
    page = admin.open(f"/runs/{desk.found(kind=kind)}/questions")

    assert "Спрашивать нечего" in shown(page)
    assert 'id="letter"' not in page.text


def test_while_a_run_goes_on_nothing_is_asked_yet(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{desk.run(state=RunState.RUNNING)}/questions")

    assert "Дождитесь конца" in shown(page)
    assert 'id="letter"' not in page.text


def test_a_stopped_run_says_that_its_questions_may_answer_themselves(admin: Visitor, desk: Desk) -> None:
    stopped = desk.run(Outcome(OutcomeKind.STOPPED, Findings(incoming=(IMAP,))), findings=Findings(incoming=(IMAP,)))

    page = shown(admin.open(f"/runs/{stopped}/questions"))

    assert "Проверка не дошла до конца" in page
    assert "Какие имя сервера, порт и защита соединения (SSL/TLS или STARTTLS) нужны для SMTP?" in page


def test_a_problem_without_a_server_is_asked_about_by_the_domain(admin: Visitor, desk: Desk) -> None:
    problem = Problem(ProblemKind.SERVICE_UNAVAILABLE)
    outcome = Outcome(OutcomeKind.NOT_PROVED, Findings(), incoming_problem=problem, outgoing_problem=WRONG_NAME)

    text = letter(admin, desk.run(outcome, findings=Findings(), entered=TYPED))

    assert "Нет ли сейчас сбоя или работ на uspeh.test?" in text
    assert "{" not in text
