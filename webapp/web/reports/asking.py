"""The questions of a run in words, for one language; the wording itself stands in the catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass

from babel.lists import format_list

from webapp.mail.settings import Direction, Protocol
from webapp.web.explaining.entries import Language
from webapp.web.explaining.questions import Addressee, LetterWords, questions
from webapp.web.reports.foreign import harmless
from webapp.web.reports.questions import Known, Place, Question, questions_of
from webapp.web.wording.names import host_for_people, protocol_name, readable_address


@dataclass(frozen=True)
class Asked:
    """One question for people: whom to ask, in which words, and what made us ask."""

    to: Addressee
    ask: str
    why: str


def asked_about(known: Known, language: Language) -> tuple[Asked, ...]:
    """Return all questions of a run in words."""
    return tuple(_asked(question, known, language) for question in questions_of(known, questions()))


def service_name(known: Known, direction: Direction, words: LetterWords) -> str:
    """Return the protocol of one half of the account, or what it may be."""
    found = known.findings.chosen(direction)
    protocol = found.settings.protocol if found is not None else known.entered.server(direction).protocol
    if protocol is None and direction is Direction.OUTGOING:
        protocol = Protocol.SMTP
    return words.either if protocol is None else protocol_name(protocol)


def _asked(question: Question, known: Known, language: Language) -> Asked:
    written, words = questions().entries[question.topic], questions().letter[language]
    domain = harmless(host_for_people(known.entered.domain))
    address = harmless(readable_address(known.entered.address))
    services = [service_name(known, direction, words) for direction in question.directions]
    filled = written.words[language].ask.format(
        services=format_list(services, locale=language.value),
        places=_places(question.places) or domain,
        address=address,
        domain=domain,
        senders=", ".join(harmless(readable_address(one)) for one in known.senders) or address,
    )
    return Asked(written.to, filled, written.words[language].why)


def _places(places: Iterable[Place]) -> str:
    return ", ".join(harmless(host_for_people(host) + (f":{port}" if port else "")) for host, port in places)
