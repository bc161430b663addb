"""The catalogue of questions: for every problem and cause, in both languages, nobody asked in vain."""

import re
from dataclasses import fields
from pathlib import Path
from string import Formatter

import pytest

from tests.each import of_each
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind
from webapp.web.explaining.entries import Language
from webapp.web.explaining.questions import FILE, Addressee, LetterWords, Topic, questions

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
PLACEHOLDERS = {"services", "places", "address", "domain", "senders"}
LONGEST = 160  # letters: a question of two sentences at 360 px
# What a run finds out of itself, without a problem of its own.
WITHOUT_PROBLEM = {Topic.DOMAIN}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@of_each(ProblemKind, str)
def test_every_problem_is_asked_about_or_nobody_is(kind: ProblemKind) -> None:
    assert bool(questions().topics_of(Problem(kind))) is (kind not in questions().nobody)


@of_each(Cause, str)
def test_every_cause_is_asked_about(cause: Cause) -> None:
    assert [topic for topic, entry in questions().entries.items() if cause in entry.causes]
    assert questions().topics_of(Problem(ProblemKind.LOGIN_REFUSED, cause=cause))


@pytest.mark.parametrize("topic", Topic)
def test_a_question_is_written_for_people(topic: Topic) -> None:
    entry = questions().entries[topic]

    assert entry.kinds or entry.causes or topic in WITHOUT_PROBLEM
    for language in Language:
        words = entry.words[language]
        for text in (words.ask, words.why):
            assert bool(CYRILLIC.search(text)) is (language is Language.RU), text
            assert len(text) <= LONGEST, text
            assert not re.search(r"\b(еще|ее|учетн|введен|включен|причем|твой|тебе)\b", text), text
        assert "?" in words.ask
        assert words.why.endswith(".")
        assert placeholders(words.ask) <= PLACEHOLDERS
        assert not placeholders(words.why)
    assert placeholders(entry.words[Language.RU].ask) == placeholders(entry.words[Language.EN].ask)


def test_a_known_cause_speaks_instead_of_its_kind_and_an_unknown_one_beside_it() -> None:
    said = questions()

    assert said.topics_of(Problem(ProblemKind.LOGIN_REFUSED, cause=Cause.ACCOUNT_BLOCKED)) == (Topic.BLOCKED,)
    general = said.topics_of(Problem(ProblemKind.LOGIN_REFUSED, cause=Cause.GENERAL))
    assert general == (*said.topics_of(Problem(ProblemKind.LOGIN_REFUSED)), Topic.MEANING)


def test_only_what_the_office_decides_is_asked_of_its_administrator() -> None:
    asked = {topic for topic, entry in questions().entries.items() if entry.to is Addressee.ADMINISTRATOR}

    assert asked == {Topic.REVERSE_NAME, Topic.OFFICE_NETWORK, Topic.OFFICE_RIGHTS}


def test_the_letter_has_the_same_places_to_fill_in_both_languages() -> None:
    russian, english = (questions().letter[language] for language in (Language.RU, Language.EN))
    for name in (field.name for field in fields(LetterWords)):
        assert placeholders(getattr(russian, name)) == placeholders(getattr(english, name)), name


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ('kinds = ["host-not-consented"]', 'kinds = ["nonsense"]'),
        ('causes = ["ip-blocked"]', 'causes = ["nonsense"]'),
        ('causes = ["ip-blocked"]', 'caused = ["ip-blocked"]'),
        ("[question.port]", "[question.nonsense]"),
        ('to = "administrator"', 'to = "nobody"'),
    ],
)
def test_a_slip_of_the_pen_in_the_file_is_told(tmp_path: Path, written: str, wrong: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert written in text
    (tmp_path / "questions.toml").write_text(text.replace(written, wrong), encoding="utf-8")

    with pytest.raises(ValueError, match=r"nonsense|caused|nobody|Topic"):
        questions(tmp_path / "questions.toml")
