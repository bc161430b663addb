"""The small types the catalogue of explanations is made of; no file is read and nothing is chosen here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webapp.detection.providers import Provider
from webapp.detection.types import HintKind, Source
from webapp.mail.settings import Direction, Protocol
from webapp.net.cause import Cause
from webapp.net.problems import ProblemKind


class Language(StrEnum):
    """Every entry is written in both."""

    RU = "ru"
    EN = "en"


class Part(StrEnum):
    """What of a form is to blame; all but the last two there are once for each direction."""

    HOST = "host"
    PORT = "port"
    SECURITY = "security"
    AUTH = "auth"
    USERNAME = "username"
    SECRET = "secret"  # noqa: S105 -- a field's name
    ADDRESS = "address"


class Situation(StrEnum):
    """Where the same problem needs other words."""

    ADDRESS = "address"  # the address itself is to blame, no server somebody named
    AUTOMATIC = "automatic"  # nothing was typed about this server, so there is nothing to correct
    SHARED = "shared"  # a shared outgoing server refused the address of another account
    AT_WORK = "at-work"  # the account worked until now, and nobody is typing anything
    OWN_LETTER = "own-letter"  # not the account is to blame but a letter somebody wrote, or whom it is for


class StepKind(StrEnum):
    """What the next button or link does."""

    FIELD = "field"
    AGAIN = "again"
    HOSTER = "hoster"  # take a name of the certificate for the server's
    CERTIFICATE = "certificate"
    CONSENT = "consent"
    ADDRESS = "address"
    ACCOUNTS = "accounts"
    PAGE = "page"


@dataclass(frozen=True)
class Page:
    """A page of a provider's own, what its link says, and who names it."""

    url: str
    words: Mapping[Language, str]
    sources: tuple[str, ...]
    facts_of: date


@dataclass(frozen=True)
class NextStep:
    """One next step: a page is either named by the provider's row (`hint`) or by the catalogue (`page`)."""

    kind: StepKind
    hint: HintKind | None = None
    page: Page | None = None


@dataclass(frozen=True)
class Words:
    """One explanation; what an entry does not say, a less specific one does.

    `short` ends a line of the ladder, `happened` stands in the summary and,
    word for word the same, at the field; `why` is the most likely reason.
    """

    short: str | None = None
    happened: str | None = None
    why: str | None = None
    remedy: str | None = None


@dataclass(frozen=True)
class Case:
    """One problem as far as its explanation depends on it."""

    kind: ProblemKind
    cause: Cause | None = None
    provider: Provider | None = None
    direction: Direction | None = None
    situation: Situation | None = None
    asked: Source | None = None
    protocol: Protocol | None = None


@dataclass(frozen=True)
class Entry:
    """One entry of the catalogue: when it applies (any of each set; an empty one is no condition), and what it says."""

    place: str
    kinds: frozenset[ProblemKind]
    causes: frozenset[Cause]
    providers: frozenset[str]
    hints: frozenset[HintKind]
    situations: frozenset[Situation]
    asked: frozenset[Source]
    protocols: frozenset[Protocol]
    direction: Direction | None
    part: Part | None
    steps: tuple[NextStep, ...]
    words: Mapping[Language, Words]
    sources: tuple[str, ...]
    facts_of: date | None

    @property
    def of_provider(self) -> bool:
        """Tell whether the entry is about certain providers only."""
        return bool(self.providers or self.hints)

    def rank(self, case: Case) -> tuple[int, ...] | None:
        """Return how closely the entry fits a case, None if it does not: the highest says its words.

        Cause and provider, then cause, then kind and provider, then an unknown cause, then kind; among equals the
        provider's own name counts more than what its row says, and every further condition more than none.
        """
        if not self._conditions_hold(case):
            return None
        by_cause, by_kind = case.cause in self.causes, case.kind in self.kinds
        if not by_cause and not by_kind:
            return None
        of_cause = 1 if case.cause is Cause.GENERAL else 4
        level = of_cause * by_cause + 2 * self.of_provider
        further = sum(map(bool, (self.situations, self.asked, self.protocols, self.direction)))
        return level, int(bool(self.providers)), further

    def _conditions_hold(self, case: Case) -> bool:
        if self.of_provider and (case.provider is None or not self._names(case.provider)):
            return False
        return (
            (not self.situations or case.situation in self.situations)
            and (not self.asked or case.asked in self.asked)
            and (not self.protocols or case.protocol in self.protocols)
            and (self.direction is None or case.direction is self.direction)
        )

    def _names(self, provider: Provider) -> bool:
        return provider.name in self.providers or any(hint.kind in self.hints for hint in provider.hints)
