"""Certificates in words: whose one is, how long it holds, and the digest people compare."""

from datetime import datetime

from flask_babel import gettext

from webapp.net.certificates import person_named
from webapp.net.problems import CertificateFacts
from webapp.web.moments import ago_words, day_words
from webapp.web.wording.names import host_for_people
from webapp.web.wording.several import the_first

NAMES_ROOM = 12
NOBODY = "–"


def fingerprint_words(sha256: str) -> str:
    """Return a digest as people compare it: pairs with colons."""
    return ":".join(sha256[place : place + 2] for place in range(0, len(sha256), 2)).upper()


def owner_words(facts: CertificateFacts) -> str:
    """Return whom a certificate was issued to."""
    return person_named(facts.subject) or NOBODY


def issuer_words(facts: CertificateFacts) -> str:
    """Return who signed a certificate."""
    return person_named(facts.issuer) or NOBODY


def names_words(facts: CertificateFacts, room: int = NAMES_ROOM) -> str:
    """Return the servers a certificate names, as many as there is room for."""
    return the_first(map(host_for_people, facts.names), room) or NOBODY


def validity_words(facts: CertificateFacts, now: datetime) -> str:
    """Return from when until when a certificate holds, and how far away that is."""
    if now > facts.not_after:
        far = gettext("expired %(ago)s", ago=ago_words(facts.not_after, now))
    elif now < facts.not_before:
        far = gettext("begins %(ago)s", ago=ago_words(facts.not_before, now))
    else:
        far = gettext("ends %(ago)s", ago=ago_words(facts.not_after, now))
    return f"{day_words(facts.not_before)} – {day_words(facts.not_after)} ({far})"
