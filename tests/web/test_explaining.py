"""The catalogue of explanations: every problem and cause in both languages, nothing unsourced, nothing in vain."""

import re
from collections.abc import Iterator
from itertools import product
from string import Formatter
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.each import of_each
from webapp.detection.providers import Provider, ProviderTable
from webapp.mail.settings import Direction, Protocol
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind
from webapp.web.explaining.catalogue import Catalogue
from webapp.web.explaining.entries import Case, Entry, Language, Situation, StepKind, Words
from webapp.web.explaining.explained import Circumstances, explained
from webapp.web.explaining.reader import catalogue

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
PLACEHOLDERS = {"host", "domain", "port", "names", "provider", "tls_port", "starttls_port"}
SAID = ("short", "happened", "why", "remedy")
SHORTEST, LONGEST = 50, 170  # letters: a line of the ladder, and a sentence or two at 360 px
PROVIDERS = ProviderTable.load().providers
ENTRIES = catalogue().entries
FROM_PROVIDERS = [entry for entry in ENTRIES if entry.of_provider]


def texts(entry: Entry, language: Language) -> list[str]:
    """Return everything an entry says in one language."""
    words = entry.words.get(language, Words())
    return [said for part in SAID if (said := getattr(words, part)) is not None]


def providers_of(entry: Entry) -> list[Provider | None]:
    """Return the providers an entry is about."""
    if not entry.of_provider:
        return [None]
    return [
        one for one in PROVIDERS if one.name in entry.providers or any(hint.kind in entry.hints for hint in one.hints)
    ]


def cases_of(entry: Entry) -> Iterator[Case]:
    """Return the cases an entry is meant for; of causes alone, at whatever step they were met."""
    reasons: list[tuple[ProblemKind, Cause | None]] = [(kind, None) for kind in entry.kinds]
    reasons += [(ProblemKind.LETTER_REFUSED, cause) for cause in entry.causes]
    for kind, cause in reasons:
        for provider in providers_of(entry):
            for situation in entry.situations or {None}:
                for asked in entry.asked or {None}:
                    for protocol in entry.protocols or {None}:
                        yield Case(kind, cause, provider, entry.direction, situation, asked, protocol)


def speaks(said: Catalogue, entry: Entry, case: Case) -> bool:
    """Tell whether anything of what is said of a case comes from this entry."""
    fitting = said.fitting(case)
    firsts = [next((one for one in fitting if one.steps), None), next((one for one in fitting if one.part), None)]
    for part in SAID:
        firsts.append(next((one for one in fitting if getattr(one.words.get(Language.RU), part, None)), None))
    return any(first is entry for first in firsts)


@pytest.mark.parametrize("kind", ProblemKind)
def test_every_problem_of_every_cause_is_explained_in_both_languages(kind: ProblemKind) -> None:
    for cause, language in product([None, *Cause], Language):
        said = catalogue().explain(Case(kind, cause), language)

        assert said.steps
        for text in (said.short, said.happened, said.why, said.remedy):
            assert bool(CYRILLIC.search(text)) is (language is Language.RU), text


@pytest.mark.parametrize("kind", ProblemKind)
def test_every_kind_has_an_explanation_of_its_own(kind: ProblemKind) -> None:
    own = [one for one in catalogue().fitting(Case(kind)) if not one.situations and not one.asked]

    assert len(own) == 1
    assert all(len(texts(own[0], language)) == len(SAID) for language in Language)
    assert own[0].steps
    assert own[0].part is not None


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.GENERAL])
def test_every_cause_has_an_explanation_of_its_own(cause: Cause) -> None:
    first = catalogue().fitting(Case(ProblemKind.LETTER_REFUSED, cause))[0]

    assert cause in first.causes
    assert all(len(texts(first, language)) == len(SAID) for language in Language)
    assert first.steps
    assert first.part is not None


@of_each(ENTRIES, lambda entry: entry.place)
def test_an_entry_is_written_for_people(entry: Entry) -> None:
    assert len(texts(entry, Language.RU)) == len(texts(entry, Language.EN))
    for language in Language:
        words = entry.words.get(language, Words())
        for text in texts(entry, language):
            assert {name for _, name, _, _ in Formatter().parse(text) if name is not None} <= PLACEHOLDERS
            assert "{provider}" not in text or entry.of_provider
            assert len(text) <= LONGEST, text
        assert len(words.short or "") <= SHORTEST
        for sentence in filter(None, (words.happened, words.why, words.remedy)):
            assert sentence[0].isupper() or sentence.startswith(("{host}", "{provider}", "“", "«", "iCloud")), sentence
            assert sentence.endswith("."), sentence


# Where nothing is known of the server, "{host}" becomes "почты" or "the mail server"; after a colon it is left out,
# as port and names are.
READABLE = {
    Language.RU: {
        "host": re.compile(r"\b[Сс]ервер(?:а|у|ом|е)? \{host\}|^«\{host\}» |\w: \{host\}\.$"),
        "domain": re.compile(r"\b[Дд]омена \{domain\}"),
        "port": re.compile(r"[\w}] на порту \{port\}"),
        "names": re.compile(r"\w: \{names\}\."),
        "provider": re.compile(r"\{provider\}"),
        "tls_port": re.compile(
            r"[Пп]орт[^.;]*SSL/TLS(?: —|:) \{tls_port\}|для SSL/TLS — \{tls_port\}|его порт: \{tls_port\}"
        ),
        "starttls_port": re.compile(r"(?:порт|для) STARTTLS — \{starttls_port\}"),
    },
    Language.EN: {
        "host": re.compile(r"^\{host\} |^“\{host\}” | (?:to|of|at|by|with) \{host\}|\(\{host\}\)|\w: \{host\}\.$"),
        "domain": re.compile(r"\bdomain \{domain\}"),
        "port": re.compile(r"[\w}] at port \{port\}"),
        "names": re.compile(r"\w: \{names\}\."),
        "provider": re.compile(r"\{provider\}"),
        "tls_port": re.compile(r"port[^.;]*:? \{tls_port\}"),
        "starttls_port": re.compile(r"STARTTLS(?: with)? \{starttls_port\}"),
    },
}


@of_each(ENTRIES, lambda entry: entry.place)
def test_a_sentence_reads_well_where_nothing_is_known_of_the_server(entry: Entry) -> None:
    for language, readable in READABLE.items():
        for text in texts(entry, language):
            for name in {name for _, name, _, _ in Formatter().parse(text) if name is not None}:
                assert len(readable[name].findall(text)) == text.count(f"{{{name}}}"), text


@pytest.mark.parametrize("language", Language)
def test_an_unknown_server_has_no_name_no_port_and_no_dash(app: Flask, language: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        for kind, cause in product(ProblemKind, [None, *Cause]):
            said = explained(Problem(kind, cause=cause))

            for text in (said.happened, said.why, said.remedy):
                assert not re.search(
                    r"(?<!“)None|[«“]почты|^почты|–|\{|домена? почты|: (?:почты|the mail server)?\.", text
                ), text
                assert text[0] in "«“i" or text[0].isupper(), text


@of_each(ENTRIES, lambda entry: entry.place)
def test_no_entry_and_no_condition_of_one_is_in_vain(entry: Entry) -> None:
    heard = [case for case in cases_of(entry) if speaks(catalogue(), entry, case)]

    assert {case.kind for case in heard if case.cause is None} == entry.kinds
    assert {case.cause for case in heard if case.cause is not None} == entry.causes
    assert {case.situation for case in heard} == (entry.situations or {None})
    assert {case.asked for case in heard} == (entry.asked or {None})
    assert {case.provider.name for case in heard if case.provider} >= entry.providers


@of_each(FROM_PROVIDERS, lambda entry: entry.place)
def test_what_is_said_of_a_provider_names_its_source_and_its_day(entry: Entry) -> None:
    assert entry.sources
    assert entry.facts_of is not None
    assert entry.providers <= {one.name for one in PROVIDERS}
    assert "provider-table" not in entry.sources or all(one and one.sources for one in providers_of(entry))


def test_a_link_leads_to_a_page_somebody_names() -> None:
    pages = {step.page.url: step.page for entry in ENTRIES for step in entry.steps if step.page is not None}

    for url, page in pages.items():
        assert urlsplit(url).scheme == "https"
        assert page.sources
        assert page.facts_of


def test_every_next_step_has_a_name_in_both_languages() -> None:
    said = catalogue()
    for entry in ENTRIES:
        for step in entry.steps:
            assert (step.kind is StepKind.PAGE) == (step.page is not None or step.hint is not None)
            for part in {one.part for one in ENTRIES if one.part is not None}:
                assert CYRILLIC.search(said.step_words(step, part, Language.RU))
                assert not CYRILLIC.search(said.step_words(step, part, Language.EN))


YANDEX = next(one for one in PROVIDERS if one.name == "Яндекс Почта")


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (Case(ProblemKind.LOGIN_REFUSED), "опечатка"),
        (Case(ProblemKind.LOGIN_REFUSED, provider=YANDEX), "Яндекс отвечает одинаково"),
        (Case(ProblemKind.LOGIN_REFUSED, Cause.GENERAL), "своими словами"),
        (Case(ProblemKind.LOGIN_REFUSED, Cause.GENERAL, YANDEX), "Яндекс отвечает одинаково"),
        (Case(ProblemKind.LOGIN_REFUSED, Cause.TOO_MANY_TRIES, YANDEX), "со старым паролем"),
        (Case(ProblemKind.LOGIN_REFUSED, Cause.SPAM_REFUSED, YANDEX), "Пароль тут ни при чём"),
        (Case(ProblemKind.LOGIN_REFUSED, Cause.WRONG_PASSWORD, protocol=Protocol.NNTP), "владелец сервера даёт свой"),
        (Case(ProblemKind.CONNECTION_REFUSED), "порт на нём закрыт"),
        (Case(ProblemKind.CONNECTION_REFUSED, situation=Situation.AUTOMATIC), "мы угадали"),
    ],
)
def test_the_most_specific_explanation_is_given(case: Case, words: str) -> None:
    assert words in catalogue().explain(case, Language.RU).why


@pytest.mark.parametrize(
    ("around", "port"),
    [
        (Circumstances(protocol=Protocol.POP3), "SSL/TLS: 995."),
        (Circumstances(protocol=Protocol.NNTP), "SSL/TLS: 563."),
        (Circumstances(direction=Direction.OUTGOING), "SSL/TLS: 465."),
        (Circumstances(), "SSL/TLS: 993 (IMAP), 995 (POP3), 465 (SMTP) или 563 (NNTP)."),
    ],
)
def test_the_port_to_take_is_that_of_the_protocol(app: Flask, around: Circumstances, port: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert port in explained(Problem(ProblemKind.TLS_NOT_SPOKEN, "mail.uspeh.test", 143), around).remedy
