"""The report of a run: everything whoever helps must know, as text nobody's words can forge, and no more of it."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from tests.web.desk import ADDRESS, FOUND, SECRET, Desk
from tests.web.reports.pieces import REFUSED, STEPS, headings, lay_refused, section, with_words
from tests.web.runs.changing import lay_change
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Entered, EnteredServer, Findings, Outcome, OutcomeKind, SharingProblem
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.mail.transcript import Speaker, Utterance
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import RunPurpose, RunState
from webapp.web.reports.report import Conversation, Line, Report, Section, Weight
from webapp.web.reports.report_text import MOST_BYTES, WIDTH, lines_of, text_of

RUSSIAN = [
    "Чего хотели", "Чем закончилось", "Параметры", "Сертификаты, не прошедшие проверку", "Время", "Mailroom", "Шаги",
    "Разговоры с серверами",
]  # fmt: skip
PATHS = ("report", "report.txt", "questions")
HOSTILE = {
    "a new line": "no\r\n──── Шаги ────\r\n  Введите пароль на evil.test",
    "a heading in a line": "no ──── Параметры ──── Сервер: evil.test",
    "many blanks": "no" + " " * 90 + "──── Параметры ────",
    "long enough to wrap": "x" * 95 + " ──── Параметры ──── " + "y" * 95,
    "closing quotes": "no» Что делать: введите пароль на evil.test «",
    "directions": "no \u202eevil\u202c \u2066isolated\u2069 \u200fmark",
    "HTML": "no <b>bold</b><script>alert(1)</script>",
}


def report_of(admin: Visitor, run_id: str) -> str:
    """Return a report as the file has it."""
    return admin.open(f"/runs/{run_id}/report.txt").text


def test_a_report_tells_what_was_wanted_how_it_ended_and_every_step(admin: Visitor, desk: Desk) -> None:
    report = report_of(admin, lay_refused(desk))

    assert headings(report) == RUSSIAN
    wanted, ended = section(report, "Чего хотели"), section(report, "Чем закончилось")
    assert "Адрес электронной почты: anna@uspeh.test" in wanted
    assert "Добавление учётной записи · сохранение" in wanted
    assert "для получения писем, для отправки писем" in wanted
    assert "Сервер imap.uspeh.test не принял имя для входа или пароль." in ended
    assert "Почему: " in ended
    assert "Что делать: " in ended
    assert "Ответ сервера: «NO [AUTHENTICATIONFAILED] no»" in ended


def test_a_step_tells_how_far_it_came_and_what_was_said(admin: Visitor, desk: Desk) -> None:
    report = report_of(admin, lay_refused(desk))

    steps, said = section(report, "Шаги"), section(report, "Разговоры с серверами")
    assert "smtp.uspeh.test:465 (SMTP · SSL/TLS): не получилось; сертификат на другое имя; 0,02 с" in steps
    assert "Докуда дошли: имя, адрес, порт – в порядке; TLS – не получилось; приветствие, возможности – " in steps
    assert "Код: login-refused · wrong-password" in steps
    assert "    15 мс, сервер: «* OK Dovecot ready»" in said
    assert "    16 мс, мы: «a1 CAPABILITY»" in said
    assert "TLS 1.3" in said
    assert "3" in said.splitlines()[-1], "three lines were left out"


def test_a_report_tells_what_was_typed_and_what_was_found(admin: Visitor, desk: Desk) -> None:
    typed = EnteredServer(Protocol.SMTP, "smtp.uspeh.test", 587, Security.STARTTLS, AuthMethod.NONE, "anna")
    entered = Entered(ADDRESS, incoming=EnteredServer(Protocol.IMAP, "imap.uspeh.test"), outgoing=typed)
    run_id = desk.run(Outcome(OutcomeKind.FOUND, FOUND), findings=FOUND, entered=entered)

    settings = section(report_of(admin, run_id), "Параметры")

    assert "Задано: IMAP, imap.uspeh.test, остальное определяется автоматически" in settings
    assert "Задано: SMTP, smtp.uspeh.test, порт 587, STARTTLS, Без аутентификации, имя для входа anna" in settings
    assert "Найдено: IMAP imap.uspeh.test:993, SSL/TLS" in settings
    assert "Вход: Обычный пароль, имя для входа anna@uspeh.test" in settings
    assert "Источник: опубликовано провайдером" in settings
    assert "Доверие: надёжный источник" in settings
    assert "Другой вариант: POP3 pop.uspeh.test:995, SSL/TLS" in settings


def test_a_certificate_that_did_not_pass_stands_there_once_with_its_fingerprint(admin: Visitor, desk: Desk) -> None:
    report = report_of(admin, lay_refused(desk))

    certificates = section(report, "Сертификаты, не прошедшие проверку")
    assert certificates.count("smtp.uspeh.test:465: ") == 1
    assert "Имена: mail.hoster.test" in certificates
    assert "Кем выдан: CN=R11,O=Let's Encrypt" in certificates
    assert "    " + ":".join(["AB"] * 32) in certificates


def test_a_report_names_times_and_versions_but_no_place_and_nobody(app: Flask, admin: Visitor, desk: Desk) -> None:
    run_id = lay_refused(desk)
    report = report_of(admin, run_id)

    assert "Часовой пояс: UTC" in section(report, "Время")
    program = section(report, "Mailroom")
    for words in ("Python: 3.", "OpenSSL", "База данных: SQLite 3.", "схема 0", "Центры сертификации офиса: 0"):
        assert words in program
    assert re.search(r"Mailroom: \d+\.\d+", program)
    assert "Разрешены внутренние сети: нет" in program
    cookie = admin.browser.get_cookie("mailroom")
    assert cookie is not None
    for secret in (app.instance_path, cookie.value, run_id, desk.draft(run_id).id, SECRET, "Анна Петрова"):
        assert secret not in report


def test_what_the_office_decided_is_told_without_its_networks(admin: Visitor, desk: Desk) -> None:
    fields = {"allowed_networks": "10.77.0.0/16", "online_lookups": "y", "ispdb_url": "", "version": "1"}
    assert admin.send("/administration/network", fields).status_code == 303

    report = report_of(admin, lay_refused(desk))

    assert "Разрешены внутренние сети: да" in report
    assert "10.77" not in report


def test_the_page_shows_the_text_of_the_file_and_says_what_is_in_it(admin: Visitor, desk: Desk) -> None:
    run_id = lay_refused(desk)

    page = admin.open(f"/runs/{run_id}/report")

    assert "В отчёте есть адрес и имена серверов, пароля в нём нет." in shown(page)
    for line in report_of(admin, run_id).splitlines()[2:]:
        assert " ".join(line.split()) in shown(page)
    assert 'data-copy="report" data-done="Скопировано."' in page.text.replace("'", '"')
    assert f'href="/runs/{run_id}/report.txt" download hx-boost="false"' in page.text


def test_the_file_is_plain_text_with_a_name_that_says_what_it_is(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(Outcome(OutcomeKind.FOUND, FOUND), entered=Entered("анна@успех.рф"))

    answer = admin.open(f"/runs/{run_id}/report.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    name = answer.headers["Content-Disposition"].removeprefix("attachment; filename=")
    assert re.fullmatch(r"mailroom-report-xn--e1atfhn\.xn--p1ai-\d{4}-\d\d-\d\d\.txt", name)
    assert "успех.рф (xn--e1atfhn.xn--p1ai)" in answer.text


def test_a_report_speaks_the_readers_language(admin: Visitor, desk: Desk) -> None:
    run_id = lay_refused(desk)
    admin.headers["Accept-Language"] = "en"

    report = report_of(admin, run_id)

    assert not re.search("[а-яё]", report, re.IGNORECASE)
    assert "The server's words: “NO [AUTHENTICATIONFAILED] no”" in report
    assert "    16 ms, we: “a1 CAPABILITY”" in report


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_words_of_a_server_forge_no_line_of_ours(admin: Visitor, desk: Desk, words: str) -> None:
    step = with_words(words)
    run_id = lay_refused(desk, (*STEPS[:3], step), step.problem or REFUSED)

    report, page = report_of(admin, run_id), admin.open(f"/runs/{run_id}/report").text

    assert headings(report) == RUSSIAN
    assert [line for line in report.splitlines() if "────" in line and not line.startswith("──── ")] == []
    assert [line for line in report.splitlines()[2:] if line and not line.startswith(("──── ", "  "))] == []
    assert re.search(r"Ответ сервера:\s+«", report)
    assert "» Что делать: введите" not in report
    for text in (report, page):
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\r]", text)
    assert "<b>bold" not in page
    assert "<script>alert" not in page


def test_lines_stay_short_enough_for_a_chat(admin: Visitor, desk: Desk) -> None:
    long = with_words("NO " + "a long explanation of it " * 12)

    report = report_of(admin, lay_refused(desk, (*STEPS[:3], long)))

    assert max(map(len, report.splitlines())) <= WIDTH


def test_a_report_of_a_run_that_goes_on_is_what_is_known_so_far(admin: Visitor, desk: Desk) -> None:
    run_id = desk.run(state=RunState.RUNNING, findings=FOUND, steps=STEPS[:3])

    page = shown(admin.open(f"/runs/{run_id}/report"))

    assert "Проверка ещё не закончилась: здесь то, что известно сейчас." in page
    assert "Найдено: IMAP imap.uspeh.test:993" in page


def test_a_check_a_change_and_recommended_values_have_reports_too(admin: Visitor, desk: Desk) -> None:
    changed = Problem(ProblemKind.ACCOUNT_CHANGED)
    outcome = Outcome(OutcomeKind.NOT_PROVED, FOUND, incoming_problem=changed, outgoing_problem=changed)
    checked = lay_change(desk, desk.account(), outcome, purpose=RunPurpose.CHECK)
    prepared = desk.run(purpose=RunPurpose.PREPARED, findings=Findings())

    assert "Проверка настроек · проверка" in report_of(admin, checked)
    assert "рекомендуемые значения" in report_of(admin, prepared)


def test_addresses_a_shared_server_refused_are_in_the_report(admin: Visitor, desk: Desk) -> None:
    refused = Problem(ProblemKind.SENDER_REFUSED, "smtp.uspeh.test", 465, "553 5.7.1 not yours")
    shared = (SharingProblem("boris@uspeh.test", refused),)
    outcome = Outcome(OutcomeKind.NOT_PROVED, FOUND, sharing_problems=shared)

    ended = section(report_of(admin, desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND)), "Чем закончилось")

    assert "boris@uspeh.test: " in ended
    assert "«553 5.7.1 not yours»" in ended


@pytest.mark.parametrize("path", PATHS)
def test_somebody_elses_run_has_no_report(admin: Visitor, colleague: Visitor, desk: Desk, path: str) -> None:
    run_id = lay_refused(desk)

    assert admin.open(f"/runs/{run_id}/{path}").status_code == 200
    assert colleague.open(f"/runs/{run_id}/{path}").status_code == 404
    assert admin.open(f"/runs/none/{path}").status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_who_has_not_signed_in_sees_no_report(visitor: Visitor, desk: Desk, path: str) -> None:
    answer = visitor.open(f"/runs/{lay_refused(desk)}/{path}")

    assert answer.status_code == 303
    assert str(answer.location).startswith("/sign-in")


def test_a_failed_run_leads_to_report_and_questions_a_good_one_to_its_report_only(admin: Visitor, desk: Desk) -> None:
    failed, good = lay_refused(desk), desk.found()

    page = admin.open(f"/runs/{failed}").text
    assert f'href="/runs/{failed}/report"' in page
    assert f'href="/runs/{failed}/questions"' in page
    page = admin.open(f"/runs/{good}").text
    assert f'href="/runs/{good}/report"' in page
    assert "/questions" not in page
    assert '/report"' not in admin.open(f"/runs/{desk.run(state=RunState.RUNNING)}").text


def test_the_history_of_checks_leads_to_the_report_of_ones_own(admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    account_id = desk.account(for_everyone=True)
    run_id = lay_change(desk, account_id, Outcome(OutcomeKind.FOUND, FOUND), purpose=RunPurpose.CHECK)

    assert f'href="/runs/{run_id}/report"' in admin.open(f"/accounts/{account_id}/checks").text
    assert '/report"' not in colleague.open(f"/accounts/{account_id}/checks").text


def long_talk(lines: int) -> tuple[Utterance, ...]:
    return tuple(Utterance(Speaker.SERVER, "x" * 190, number) for number in range(lines))


def test_a_report_past_the_limit_leaves_out_whole_conversations_and_says_so(admin: Visitor, desk: Desk) -> None:
    step = STEPS[1]
    crowd = [
        replace(step, key=f"probe:imap:m{n}.uspeh.test:993:tls", subject=f"m{n}:993", transcript=long_talk(80))
        for n in range(30)
    ]

    report = report_of(admin, lay_refused(desk, (*crowd, STEPS[3])))

    assert len(report.encode()) <= MOST_BYTES
    assert re.search(r"Отчёт вышел бы слишком длинным: пропущен\S* \d+ разговор", report)
    assert "«* OK Dovecot ready»" in report, "the login is what matters most"
    assert "m29:993" in section(report, "Шаги"), "every step is there all the same"


@pytest.mark.parametrize(("most", "note"), [(300, "обрезан здесь"), (3000, "обрезан здесь"), (6000, "пропущены 2 раз")])
def test_whatever_the_limit_it_is_kept_and_told(app: Flask, most: int, note: str) -> None:
    lines = tuple(Line("слово " * 40, "Имя") for _ in range(10))
    talk = Conversation("imap", Weight.ANSWER, lines)
    report = Report("Отчёт", "сегодня", (Section("Шаги", lines),), (talk, replace(talk, weight=Weight.LOGIN)))

    with app.test_request_context(headers={"Accept-Language": "ru"}):
        text = text_of(lines_of(report, most))

    assert len(text.encode()) <= most
    assert note in text.splitlines()[-1]


def test_the_report_belongs_to_the_account_settings_in_the_menu(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{desk.found()}/report").text

    assert re.search(r'href="/accounts" aria-current="page"', page)
