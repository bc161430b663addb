"""A certificate as people judge it: what is wrong, whose it is, how it differs from the one accepted before."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from webapp.net.certificates import likeness
from webapp.net.problems import CertificateFacts
from webapp.storage.base import utc_now
from webapp.web.explaining.faults import fault_sentences, further_sentences, likeness_sentence
from webapp.web.wizard.consents import CertificateToPin
from webapp.web.wizard.hoster_names import names_offered
from webapp.web.wording.certificates import (
    NAMES_ROOM,
    fingerprint_words,
    issuer_words,
    names_words,
    owner_words,
    validity_words,
)
from webapp.web.wording.names import host_for_people

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was; `mono` for digests."""

    name: str
    was: str
    now: str
    mono: bool = False


@dataclass(frozen=True)
class NameButton:
    """The offer to take a name of the certificate for the server's."""

    words: str
    value: str


@dataclass(frozen=True)
class CertificateCard:
    """Everything a page shows of one certificate; `likeness` and what follows only where it replaces another."""

    faults: tuple[str, ...]
    facts: Facts
    fingerprint: str
    details: Facts
    likeness: str | None
    differences: tuple[Difference, ...]
    unchanged: str | None
    offers: tuple[NameButton, ...]


def certificate_card(one: CertificateToPin, met_at: datetime) -> CertificateCard:
    """Return a certificate that was met at a moment, to be judged now."""
    shown, replaces = one.certificate, one.accepted is not None
    same = likeness(one.earlier, shown) if one.earlier is not None else None
    differences = _differences(one)
    return CertificateCard(
        # That it is another one stands above already.
        faults=(further_sentences if replaces else fault_sentences)(one.problem, met_at),
        facts=_facts(shown, {difference.name for difference in differences}),
        fingerprint=fingerprint_words(shown.sha256),
        details=_details(shown),
        likeness=likeness_sentence(same) if replaces else None,
        differences=differences,
        unchanged=_unchanged(one.earlier, shown) if one.earlier is not None else None,
        offers=tuple(
            NameButton(gettext("Use the server name %(host)s", host=host_for_people(offer.host)), offer.value)
            for offer in names_offered(one.direction, one.problem, met_at)
        ),
    )


def _facts(shown: CertificateFacts, compared: Collection[str]) -> Facts:
    """Return what is told of a certificate, but for what stands beside the earlier one, and each thing once."""
    told = [(name, words) for name, words in _told() if name not in compared]
    if owner_words(shown) == names_words(shown):
        told = [one for one in told if one[1] is not names_words]
    return tuple((name, words(shown)) for name, words in told)


def _told() -> tuple[tuple[str, Callable[[CertificateFacts], str]], ...]:
    """Return what is told of a certificate, in order: what each thing is called, and how it is read."""
    now = utc_now()
    return (
        (gettext("Issued to"), owner_words),
        (gettext("Names"), names_words),
        (gettext("Issued by"), issuer_words),
        (gettext("Valid"), lambda facts: validity_words(facts, now)),
    )


def _details(shown: CertificateFacts) -> Facts:
    """Return what only those want to read who know certificates."""
    details = [(gettext("Owner in full"), shown.subject), (gettext("Issuer in full"), shown.issuer)]
    if len(shown.names) > NAMES_ROOM:
        details.append((gettext("All names"), names_words(shown, len(shown.names))))
    if shown.key_sha256 is not None:
        details.append((gettext("Fingerprint of the key, SHA-256"), fingerprint_words(shown.key_sha256)))
    return tuple((name, words) for name, words in details if words)


def _differences(one: CertificateToPin) -> tuple[Difference, ...]:
    if one.accepted is None:
        return ()
    shown, earlier = one.certificate, one.earlier
    digests = (fingerprint_words(one.accepted), fingerprint_words(shown.sha256))
    found = [Difference(gettext("Fingerprint"), *digests, mono=True)]
    if earlier is not None:
        told = ((name, words(earlier), words(shown)) for name, words in _told())
        found += [Difference(name, was, now) for name, was, now in told if was != now]
    return tuple(found)


def _unchanged(earlier: CertificateFacts, shown: CertificateFacts) -> str | None:
    """Return the names of what is as it was, the key among it."""
    same = [name for name, words in _told() if words(earlier) == words(shown)]
    if earlier.key_sha256 is not None and earlier.key_sha256 == shown.key_sha256:
        same.append(gettext("Key"))
    return ", ".join(same) or None
