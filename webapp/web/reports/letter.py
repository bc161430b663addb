"""A letter to the provider's support, ready to copy: the facts of a run, then its questions. Never the password."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale, format_datetime

from webapp.detection.steps import Step, StepGroup, StepState
from webapp.mail.settings import Direction, Protocol, Security
from webapp.net.problems import CertificateFacts, Problem, ProblemKind
from webapp.web.explaining.entries import Language
from webapp.web.explaining.questions import Addressee, LetterWords, questions
from webapp.web.moments import day_words, time_zone
from webapp.web.reports.asking import asked_about, service_name
from webapp.web.reports.foreign import QUOTATION_MARKS, harmless
from webapp.web.reports.questions import Known
from webapp.web.wording.certificates import fingerprint_words
from webapp.web.wording.names import host_for_people, readable_address, security_name
from webapp.web.wording.problems import short_words

MOST_TRIED = 8
LOGIN_PROBLEMS = frozenset({ProblemKind.LOGIN_REFUSED, ProblemKind.LOGIN_PAUSED, ProblemKind.LOGIN_UNAVAILABLE})


@dataclass(frozen=True)
class Story:
    """What a letter tells: what the run knows, how it went, and when."""

    known: Known
    steps: Sequence[Step]
    at: datetime


def letter_of(story: Story, language: Language) -> str:
    """Return the letter in one language, whatever the page around it speaks."""
    with force_locale(language.value):
        return _written(story, questions().letter[language], language)


def _written(story: Story, words: LetterWords, language: Language) -> str:
    address = harmless(readable_address(story.known.entered.address))
    domain = harmless(host_for_people(story.known.entered.domain))
    moment, zone = format_datetime(story.at, "medium"), time_zone().key
    facts = [f"• {line}" for direction in story.known.entered.wanted() for line in _facts(story, direction, words)]
    asked = (one.ask for one in asked_about(story.known, language) if one.to is Addressee.PROVIDER)
    parts = (
        words.subject.format(address=address),
        "",
        words.greeting,
        "",
        words.opening.format(address=address, domain=domain, moment=moment, zone=zone),
        *facts,
        "",
        words.asking,
        *(f"{number}. {question}" for number, question in enumerate(asked, 1)),
        "",
        words.closing,
        words.thanks,
    )
    return "\n".join(parts) + "\n"


def _facts(story: Story, direction: Direction, words: LetterWords) -> list[str]:
    """Return what is known of one half: its troubles, else that its server works; without a server, what was tried."""
    problems = [problem for of, problem in story.known.problems if of is direction]
    found = story.known.findings.chosen(direction)
    lines = [_trouble(story.known, direction, problem, words) for problem in problems]
    if found is not None and not problems:
        settings = found.settings
        let_in = any(step.key == f"verify:{direction}" and step.state is StepState.OK for step in story.steps)
        where = _where(story.known, direction, settings.host, settings.port, words)
        lines.append(f"{where}: {words.let_in if let_in else words.works}")
    if found is None:
        service = service_name(story.known, direction, words)
        told = frozenset(f"{problem.host}:{problem.port}" for problem in problems)
        tried = _tried(story.steps, direction, told)
        lines = lines or [f"{service}: {words.nothing}"]
        lines += [f"{service}, {words.tried.format(places=tried)}"] if tried else []
    return lines


def _trouble(known: Known, direction: Direction, problem: Problem, words: LetterWords) -> str:
    told = [short_words(problem)]
    found = known.findings.chosen(direction)
    if problem.kind in LOGIN_PROBLEMS and found is not None and found.settings.username:
        told.append(words.login_name.format(name=harmless(readable_address(found.settings.username))))
    if problem.server_said:
        told.append(words.said.format(words=QUOTATION_MARKS.sub('"', harmless(problem.server_said))))
    if problem.certificate is not None:
        told.append(_certificate(problem.certificate, words))
    return f"{_where(known, direction, problem.host, problem.port, words)}: {'; '.join(told)}"


def _where(known: Known, direction: Direction, host: str | None, port: int | None, words: LetterWords) -> str:
    service = service_name(known, direction, words)
    if host is None:
        return service
    readable = harmless(host_for_people(host))
    place = words.place.format(service=service, host=readable, port=port) if port else f"{service} {readable}"
    security = _security(known, direction, host, port)
    return f"{place}, {security_name(security)}" if security not in (None, Security.NONE) else place


def _security(known: Known, direction: Direction, host: str, port: int | None) -> Security | None:
    """Return how the connection was protected, if the run knows it of exactly this place."""
    found, typed = known.findings.chosen(direction), known.entered.server(direction)
    if found is not None and (found.settings.host, found.settings.port) == (host, port):
        return found.settings.security
    return typed.security if (typed.host, typed.port) == (host, port) else None


def _certificate(shown: CertificateFacts, words: LetterWords) -> str:
    return words.certificate.format(
        names=harmless(", ".join(shown.names)) or "–",
        issuer=harmless(shown.issuer) or "–",
        first=day_words(shown.not_before),
        last=day_words(shown.not_after),
        fingerprint=fingerprint_words(shown.sha256),
    )


def _tried(steps: Iterable[Step], direction: Direction, told: frozenset[str]) -> str:
    """Return the first places tried for one half in vain, but those told already, each with its trouble in short."""
    failed = [step for step in steps if step.group is StepGroup.PROBE and step.problem and _serves(step, direction)]
    places = dict.fromkeys(f"{harmless(one.subject)} ({_short(one)})" for one in failed if one.subject not in told)
    return ", ".join(list(places)[:MOST_TRIED]) + (", …" if len(places) > MOST_TRIED else "")


def _serves(step: Step, direction: Direction) -> bool:
    return (step.key.split(":")[1] == Protocol.SMTP) is (direction is Direction.OUTGOING)


def _short(step: Step) -> str:
    return short_words(step.problem) if step.problem else ""
