"""What is wrong with a certificate, sentence by sentence; the words stand in `catalogue/certificates.toml`."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from webapp.net.certificates import CertificateFault, Likeness, faults, person_named
from webapp.net.problems import CertificateFacts, Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.web.explaining.entries import Language
from webapp.web.explaining.explained import language_read
from webapp.web.explaining.reader import FOLDER, toml_of
from webapp.web.moments import ago_words, day_words
from webapp.web.wording.names import host_for_people
from webapp.web.wording.several import the_first

NAMES_ROOM = 3  # in a sentence; the others are a line below
UNKNOWN = "unknown"
# Problems whose own sentence leaves nothing of the fault to be told.
TOLD_BY_NAME = {
    ProblemKind.CERTIFICATE_CHANGED: CertificateFault.CHANGED,
    ProblemKind.CERTIFICATE_WRONG_NAME: CertificateFault.WRONG_NAME,
    ProblemKind.CERTIFICATE_SELF_SIGNED: CertificateFault.SELF_SIGNED,
    ProblemKind.CERTIFICATE_INVALID: CertificateFault.INVALID,
}

Words = Mapping[Language, str]


def fault_sentences(problem: Problem, met_at: datetime) -> tuple[str, ...]:
    """Return everything that was wrong with the certificate of a problem when it was met; nothing if nobody saw it."""
    return tuple(_told(problem, met_at).values())


def further_sentences(problem: Problem, met_at: datetime) -> tuple[str, ...]:
    """Return what a complaint has not said yet by naming its problem: dates, the issuer, further faults."""
    said = TOLD_BY_NAME.get(problem.kind)
    return tuple(sentence for fault, sentence in _told(problem, met_at).items() if fault is not said)


def likeness_sentence(likeness: Likeness | None) -> str:
    """Return what a new certificate has in common with an earlier one, None: of that only the fingerprint is known."""
    return certificate_words()["likeness"][likeness.value if likeness is not None else UNKNOWN][language_read()]


@cache
def certificate_words() -> Mapping[str, Mapping[str, Words]]:
    """Return the words of the file by table and name, read once."""
    read = toml_of(FOLDER / "certificates.toml")
    return {
        table: {name: {language: words[language] for language in Language} for name, words in rows.items()}
        for table, rows in read.items()
    }


def _told(problem: Problem, met_at: datetime) -> dict[CertificateFault, str]:
    facts, host = problem.certificate, problem.host
    if facts is None or host is None:
        return {}
    return {fault: _sentence(fault, facts, host) for fault in faults(facts, host, met_at, problem.kind)}


def _sentence(fault: CertificateFault, facts: CertificateFacts, host: str) -> str:
    moment = facts.not_before if fault is CertificateFault.NOT_YET_VALID else facts.not_after
    return certificate_words()["fault"][fault.value][language_read()].format(
        host=host_for_people(host),
        names=the_first(map(host_for_people, facts.names), NAMES_ROOM),
        issuer=person_named(facts.issuer) or "–",
        day=day_words(moment),
        ago=ago_words(moment, utc_now()),
    )
