"""Every closed set has its words, in both languages."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import HintKind, Source
from webapp.mail.settings import AuthMethod, Direction, Protocol, Security
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.models import AccountState
from webapp.web.explaining.explained import explained
from webapp.web.explaining.reader import catalogue
from webapp.web.forms.servers import ServersForm
from webapp.web.runs.phases import Phase
from webapp.web.wording import names, outcomes, problems, steps
from webapp.web.wording.accounts import STATES
from webapp.web.wording.outcomes import Why

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
TABLES: list[tuple[type, Callable[..., str]]] = [
    (Phase, outcomes.heading),
    (Phase, outcomes.next_step),
    (Why, outcomes.heading),
    (Why, outcomes.next_step),
    (Source, names.source_name),
    (StepGroup, steps.group_name),
    (StepState, steps.state_word),
    (Direction, names.direction_name),
]


@pytest.mark.parametrize("host", ["imap.uspeh.test", None])
def test_every_problem_has_words_in_both_languages(app: Flask, host: str | None) -> None:
    for kind in ProblemKind:
        has_words_in_both_languages(app, Problem(kind, host, 993))


def has_words_in_both_languages(app: Flask, problem: Problem) -> None:
    written = {}
    for language in ("ru", "en"):
        with app.test_request_context(headers={"Accept-Language": language}):
            said = explained(problem)
            written[language] = (problems.short_words(problem), problems.sentence(problem), said.why, said.remedy)

    for russian, english in zip(written["ru"], written["en"], strict=True):
        assert CYRILLIC.search(russian), russian
        assert not CYRILLIC.search(english), english
        assert "{" not in russian + english
    for text in (*written["ru"][1:], *written["en"][1:]):
        assert text[0].isupper() or text.startswith(("imap.", "“", "«")), text
        assert text.endswith("."), text


@pytest.mark.parametrize("direction", Direction)
def test_every_problem_points_at_a_field_there_is(direction: Direction) -> None:
    for kind in ProblemKind:
        field = problems.field_of(Problem(kind, "imap.uspeh.test"), direction)

        assert field is Field.ADDRESS or hasattr(ServersForm, field.value), kind


@pytest.mark.parametrize("field", Field)
def test_every_field_an_engine_names_is_on_a_form(field: Field) -> None:
    shown = problems.field_of(Problem(ProblemKind.LOGIN_REFUSED, field=field), Direction.INCOMING)

    assert shown is Field.ADDRESS or hasattr(ServersForm, shown.value)


@pytest.mark.parametrize(("members", "words"), TABLES)
def test_every_member_of_a_closed_set_has_words(app: Flask, members: type, words: Callable[..., str]) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        for member in members:  # type: ignore[attr-defined]
            assert CYRILLIC.search(words(member)), member


def test_names_of_settings_cover_their_sets() -> None:
    assert set(names.PROTOCOLS) == set(Protocol)
    assert set(names.SECURITY) == set(Security)
    assert set(names.AUTH_METHODS) == set(AuthMethod)
    assert set(names.ASKED) == set(Source)
    assert set(catalogue().hints) == set(HintKind)
    assert set(STATES) == set(AccountState)


def test_numbers_are_written_as_the_reader_writes_them(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert steps.seconds_words(214) == "0,21 с"
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert steps.seconds_words(214) == "0.21 s"


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("tls=TLSv1.3", "TLS 1.3"),
        ("abilities=PLAIN LOGIN", "PLAIN, LOGIN"),
        ("abilities=PLAIN LOGIN CRAM-MD5", "PLAIN, LOGIN и ещё 1"),
        ("servers=2", "названо 2 сервера"),
        ("name", "имя"),
        ("mx=mx.uspeh.test", "mx.uspeh.test"),
        ("imported=2026-11-22", "загружена 22 нояб. 2026\u202fг."),
    ],
)
def test_facts_become_words(app: Flask, fact: str, words: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert steps.fact_words(fact) == words


def test_a_letter_only_marked_as_deleted_is_not_called_removed(app: Flask) -> None:
    step = Step("verify:arrival", StepGroup.VERIFY, StepState.OK, "", 0, facts=("marked",))

    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert steps.verify_words(step) == "найдено в ящике и помечено удалённым"


def test_a_foreign_host_shows_its_letters_and_its_wire_form() -> None:
    assert names.host_for_people("imap.xn--80a1acny.xn--p1ai") == "imap.почта.рф (imap.xn--80a1acny.xn--p1ai)"
