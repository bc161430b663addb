"""Choosing among the entries: the most specific one speaks, and less specific ones fill in what it leaves out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from webapp.detection.providers import Provider
from webapp.detection.types import HintKind
from webapp.mail.settings import Protocol
from webapp.web.explaining.entries import Case, Entry, Language, NextStep, Part, StepKind, Words

Labels = Mapping[str, Mapping[Language, str]]

NEWS_LOGIN = "news-login"  # the field of AUTH where nothing is chosen but whether there is a login


@dataclass(frozen=True)
class Explanation:
    """What the catalogue says of one case; placeholders are not filled in yet."""

    short: str
    happened: str
    why: str
    remedy: str
    part: Part
    steps: tuple[NextStep, ...]


@dataclass(frozen=True)
class Catalogue:
    """All entries in the order of their files, what next steps are called, and what providers ask for first."""

    entries: tuple[Entry, ...]
    fields: Labels
    step_names: Labels
    page_names: Labels
    hints: Labels

    def explain(self, case: Case, language: Language) -> Explanation:
        """Return what is said of a case; raises `LookupError` if the catalogue says nothing at all."""
        fitting = self.fitting(case)
        return Explanation(
            short=_said(fitting, language, "short"),
            happened=_said(fitting, language, "happened"),
            why=_said(fitting, language, "why"),
            remedy=_said(fitting, language, "remedy"),
            part=next((entry.part for entry in fitting if entry.part), Part.HOST),
            steps=_possible(next((entry.steps for entry in fitting if entry.steps), ()), case.provider),
        )

    def fitting(self, case: Case) -> tuple[Entry, ...]:
        """Return the entries that apply, the most specific first; of equals the one that stands first."""
        ranked = [(rank, entry) for entry in self.entries if (rank := entry.rank(case)) is not None]
        return tuple(entry for _, entry in sorted(ranked, key=lambda one: one[0], reverse=True))

    def step_words(self, step: NextStep, part: Part, language: Language, protocol: Protocol | None = None) -> str:
        """Return what a next step is called."""
        if step.page is not None:
            return step.page.words[language]
        if step.hint is not None:
            return self.page_names[step.hint.value][language]
        if step.kind is StepKind.FIELD:
            of_news = protocol is Protocol.NNTP and part is Part.AUTH
            return self.fields[NEWS_LOGIN if of_news else part.value][language]
        return self.step_names[step.kind.value][language]


def page_of(provider: Provider | None, kind: HintKind) -> str | None:
    """Return the provider's own page for one of its preconditions."""
    hints = provider.hints if provider is not None else ()
    return next((hint.url for hint in hints if hint.kind is kind and hint.url), None)


def _said(fitting: Sequence[Entry], language: Language, part: str) -> str:
    found: str | None
    for entry in fitting:
        found = getattr(entry.words.get(language, Words()), part)
        if found is not None:
            return found
    raise LookupError(part)


def _possible(steps: Sequence[NextStep], provider: Provider | None) -> tuple[NextStep, ...]:
    """Leave out the pages that the provider's row does not name."""
    return tuple(step for step in steps if step.hint is None or page_of(provider, step.hint))
