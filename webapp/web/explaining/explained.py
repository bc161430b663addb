"""One problem explained in the reader's language, with host, port and provider filled in."""

import re
from dataclasses import dataclass

from flask_babel import get_locale

from webapp.detection.providers import Provider, ProviderTable
from webapp.detection.types import HintKind, Source
from webapp.mail.settings import STANDARD_PORTS, Direction, Protocol, Security
from webapp.net.problems import Problem
from webapp.web.explaining.catalogue import Catalogue, Explanation, page_of
from webapp.web.explaining.entries import Case, Language, NextStep, Part, Situation, StepKind
from webapp.web.explaining.reader import catalogue
from webapp.web.wording.names import host_for_people, protocol_name

NAMES_ROOM = 3  # names of a certificate that fit into a sentence
NOBODY_HOST = {Language.RU: "почты", Language.EN: "the mail server"}
NOBODY_DOMAIN = {Language.RU: "этого адреса", Language.EN: "of this address"}
NOBODY_QUOTED = {Language.RU: "Это", Language.EN: "This"}
# What is said together with a name or a number, and is left out together with it.
NO_HOST, NO_PORT = re.compile(r"[«“]\{host\}[»”]"), re.compile(r" (?:на порту|at port) \{port\}")
NO_NAMES, NO_PLACE = re.compile(r": \{names\}"), re.compile(r": \{host\}")
NOBODY = {Language.RU: "Провайдер", Language.EN: "The provider"}
OR = {Language.RU: "или", Language.EN: "or"}


@dataclass(frozen=True)
class Circumstances:
    """What is known around a problem that may make its explanation more exact."""

    direction: Direction | None = None
    situation: Situation | None = None
    provider: Provider | None = None
    asked: Source | None = None
    protocol: Protocol | None = None


@dataclass(frozen=True)
class Step:
    """One next step for a page: what it is called, where it leads if that is the provider's own page, what it sends."""

    kind: StepKind
    words: str
    url: str | None
    value: str | None = None


@dataclass(frozen=True)
class Explained:
    """One problem in words: what happened, why most likely, what to do, and the next steps."""

    short: str
    happened: str
    why: str
    remedy: str
    part: Part
    steps: tuple[Step, ...]


def explained(problem: Problem, around: Circumstances | None = None, blamed: Part | None = None) -> Explained:
    """Return the explanation of a problem; `blamed` is the field if that is known better than by its kind."""
    around, language = around or Circumstances(), language_read()
    case = Case(
        problem.kind,
        problem.cause,
        around.provider,
        around.direction,
        around.situation,
        around.asked,
        around.protocol,
    )
    said: Explanation = catalogue().explain(case, language)
    part = blamed or said.part
    return Explained(
        short=said.short,
        happened=_sentence(said.happened, problem, around, language),
        why=_sentence(said.why, problem, around, language),
        remedy=_sentence(said.remedy, problem, around, language),
        part=part,
        steps=tuple(_step(catalogue(), step, part, around, language) for step in said.steps),
    )


def part_of(problem: Problem) -> Part:
    """Return what of a form a problem is about; it depends on no language and no provider."""
    return catalogue().explain(Case(problem.kind, problem.cause), Language.EN).part


def hint_words(kind: HintKind, provider_name: str | None) -> str:
    """Return a provider's precondition as a sentence."""
    language = language_read()
    return catalogue().hints[kind.value][language].format(provider=provider_name or NOBODY[language])


def provider_of(problem: Problem, domain: str, named: str | None) -> Provider | None:
    """Return the provider a problem is about: whose server it was, else who is known to serve the address."""
    table = ProviderTable.load()
    of_host = table.by_host(problem.host, domain) if problem.host else None
    of_name = next((one for one in table.providers if named is not None and one.name == named), None)
    return of_host or of_name or table.by_domain(domain)


def language_read() -> Language:
    """Return the language of whoever reads the page."""
    locale = get_locale()
    return Language.RU if locale is not None and locale.language == Language.RU else Language.EN


def _sentence(words: str, problem: Problem, around: Circumstances, language: Language) -> str:
    names = problem.certificate.names[:NAMES_ROOM] if problem.certificate else ()
    for known, pattern, instead in (
        (problem.host, NO_HOST, NOBODY_QUOTED[language]),
        (problem.host, NO_PLACE, ""),
        (problem.port, NO_PORT, ""),
        (names, NO_NAMES, ""),
    ):
        words = words if known else pattern.sub(instead, words)
    filled = words.format(
        host=host_for_people(problem.host) if problem.host else NOBODY_HOST[language],
        domain=host_for_people(problem.host) if problem.host else NOBODY_DOMAIN[language],
        port=problem.port,
        names=", ".join(names),
        provider=around.provider.name if around.provider is not None else "",
        tls_port=_usual_port(Security.TLS, around, language),
        starttls_port=_usual_port(Security.STARTTLS, around, language),
    )
    return filled if problem.host or not words.startswith("{host}") else filled[:1].upper() + filled[1:]


def _usual_port(security: Security, around: Circumstances, language: Language) -> str:
    """Return the port to take: of the protocol if it is known, else of each by its name."""
    protocol = Protocol.SMTP if around.direction is Direction.OUTGOING else around.protocol
    if protocol is not None:
        return str(STANDARD_PORTS[protocol, security])
    *others, last = (f"{STANDARD_PORTS[one, security]} ({protocol_name(one)})" for one in Protocol)
    return f"{', '.join(others)} {OR[language]} {last}"


def _step(said: Catalogue, step: NextStep, part: Part, around: Circumstances, language: Language) -> Step:
    url = step.page.url if step.page is not None else None
    if step.hint is not None:
        url = page_of(around.provider, step.hint)
    return Step(step.kind, said.step_words(step, part, language, around.protocol), url)
