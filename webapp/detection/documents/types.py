"""What a reader makes of a document: a configuration, a redirect, or nothing usable. Types only."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.detection.types import Hint, MailConfig, Source
from webapp.mail.settings import ServerSettings
from webapp.net.words import clean_words

SIZE_LIMIT = 256 * 1024  # what is fetched at most; a larger document cannot be one of ours
CANDIDATES_LIMIT = 20  # servers of one direction that are worth asking
FLAWS_LIMIT = 50
SAID_LIMIT = 120


class DocumentOutcome(StrEnum):
    """The three things a document can be good for."""

    CONFIGURATION = "configuration"
    REDIRECT = "redirect"
    NOTHING = "nothing"


class FlawKind(StrEnum):
    """Why a document, or a part of it, is not used."""

    # the document
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    WEB_PAGE = "web-page"
    NOT_WELL_FORMED = "not-well-formed"
    DOCUMENT_TYPE = "document-type"
    TOO_DEEP = "too-deep"
    TOO_MANY_ELEMENTS = "too-many-elements"
    WRONG_ROOT = "wrong-root"
    ERROR_ANSWER = "error-answer"
    EXCHANGE_ONLY = "exchange-only"
    REDIRECT_UNUSABLE = "redirect-unusable"
    NO_USABLE_SERVER = "no-usable-server"
    # one server
    UNKNOWN_TYPE = "unknown-type"
    WRONG_DIRECTION = "wrong-direction"
    RESTRICTED = "restricted"
    SECURITY_UNKNOWN = "security-unknown"
    HOST_UNUSABLE = "host-unusable"
    PORT_UNUSABLE = "port-unusable"
    # one value of a server that is used all the same
    AUTH_UNKNOWN = "auth-unknown"
    LOGIN_NAME_UNUSABLE = "login-name-unusable"


@dataclass(frozen=True)
class Flaw:
    """One thing a reader could not use: what, where in the document, and what stood there.

    `said` is cleaned for showing; None where nothing stood.
    """

    kind: FlawKind
    place: str | None = None
    said: str | None = None


class Flaws:
    """Collects the flaws of one document, not more than a person would read."""

    def __init__(self) -> None:
        self._noted: list[Flaw] = []

    def note(self, kind: FlawKind, place: str | None = None, said: str | None = None) -> None:
        """Take one flaw with the document's own words."""
        if len(self._noted) < FLAWS_LIMIT:
            self._noted.append(Flaw(kind, place, clean_words(said, SAID_LIMIT) if said else None))

    def noted(self) -> tuple[Flaw, ...]:
        """Return the flaws in the document's order."""
        return tuple(self._noted)


@dataclass(frozen=True)
class Document:
    """What one document says, in its own order.

    A server's `username` is None where the document names none: it is the
    address then. `problems` tells what was left out and why, also when the
    rest is used.
    """

    outcome: DocumentOutcome
    incoming: tuple[ServerSettings, ...] = ()
    outgoing: tuple[ServerSettings, ...] = ()
    redirect_url: str | None = None
    redirect_address: str | None = None
    problems: tuple[Flaw, ...] = ()
    provider_name: str | None = None
    hints: tuple[Hint, ...] = ()

    def as_config(self, source: Source, *, trusted: bool, detail: str | None = None) -> MailConfig | None:
        """Return the servers worth asking as a finding of a source, or None if the document has none."""
        if self.outcome is not DocumentOutcome.CONFIGURATION:
            return None
        return MailConfig(
            self.incoming[:CANDIDATES_LIMIT],
            self.outgoing[:CANDIDATES_LIMIT],
            source,
            trusted,
            provider_name=self.provider_name,
            hints=self.hints,
            source_detail=detail,
        )
