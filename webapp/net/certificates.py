"""What is wrong with a certificate, all of it, and how it differs from an earlier one: for people, never for trust.

Whether a server is trusted says OpenSSL (`tls`) or a pin (`stream`); nothing here is asked for that.
"""

from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address

from cryptography.x509 import Name, NameOID, ObjectIdentifier

from webapp.net.domains import is_ip_literal, to_a_label
from webapp.net.problems import CertificateFacts, ProblemKind, Trouble
from webapp.net.tls import NAMES_LIMIT

WILDCARD = "*."


class CertificateFault(StrEnum):
    """Every way a certificate can be wrong, in the order a person is told."""

    CHANGED = "changed"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    ISSUER_EXPIRED = "issuer-expired"  # somewhere in the chain above a certificate whose own dates are good
    ISSUER_NOT_YET_VALID = "issuer-not-yet-valid"
    WRONG_NAME = "wrong-name"
    NO_NAME = "no-name"
    SELF_SIGNED = "self-signed"
    UNKNOWN_ISSUER = "unknown-issuer"
    INVALID = "invalid"


class Likeness(StrEnum):
    """How much of an earlier certificate is in a new one; only the key proves anything, names can be copied."""

    SAME_KEY = "same-key"
    SAME_NAMES = "same-names"
    DIFFERENT = "different"


MET = {
    ProblemKind.CERTIFICATE_CHANGED: CertificateFault.CHANGED,
    ProblemKind.CERTIFICATE_SELF_SIGNED: CertificateFault.SELF_SIGNED,
    ProblemKind.CERTIFICATE_UNKNOWN_ISSUER: CertificateFault.UNKNOWN_ISSUER,
    ProblemKind.CERTIFICATE_INVALID: CertificateFault.INVALID,
}


def faults(facts: CertificateFacts, host: str, now: datetime, kind: ProblemKind) -> tuple[CertificateFault, ...]:
    """Return everything wrong with a certificate that `host` showed at the moment `now`.

    `kind` is where OpenSSL stopped: it looks at the chain, then at the name,
    then at the dates, and tells the first fault only. Of a certificate that is
    not the pinned one nothing was looked at, so nothing is said of its issuer
    unless it is its own.
    """
    found = {MET[kind]} if kind in MET else set()
    found |= _faults_of_dates(facts, now, kind)
    missing = not names_host(facts.names, host) and len(facts.names) < NAMES_LIMIT
    if missing or kind is ProblemKind.CERTIFICATE_WRONG_NAME:
        found.add(CertificateFault.WRONG_NAME if facts.names else CertificateFault.NO_NAME)
    if kind is ProblemKind.CERTIFICATE_CHANGED and facts.subject and facts.subject == facts.issuer:
        found.add(CertificateFault.SELF_SIGNED)
    return tuple(fault for fault in CertificateFault if fault in found)


def names_host(names: tuple[str, ...], host: str) -> bool:
    """Tell whether a certificate of these names is made out to a host (RFC 9525, 6.3 and 6.4).

    A wildcard is a whole first label and stands for one label; an IP address
    is named as such or not at all; names outside ASCII are compared as A-labels.
    """
    if is_ip_literal(host):
        return any(is_ip_literal(name) and ip_address(name) == ip_address(host) for name in names)
    asked = _comparable(host)
    return any(_stands_for(name, asked) for name in names)


def likeness(old: CertificateFacts, new: CertificateFacts) -> Likeness:
    """Return how like an earlier certificate a new one is."""
    if old.key_sha256 is not None and old.key_sha256 == new.key_sha256:
        return Likeness.SAME_KEY
    named = [(one.subject, one.issuer, frozenset(one.names)) for one in (old, new)]
    return Likeness.SAME_NAMES if named[0] == named[1] else Likeness.DIFFERENT


def person_named(distinguished_name: str) -> str:
    """Return whom a name of RFC 4514 speaks of: “R11 (Let's Encrypt)”; one that says neither stays as it is."""
    try:
        name = Name.from_rfc4514_string(distinguished_name)
    except ValueError:  # capped in the middle, or of kinds the library does not know
        return distinguished_name
    common, organisation = _part(name, NameOID.COMMON_NAME), _part(name, NameOID.ORGANIZATION_NAME)
    if common and organisation and organisation not in common:
        return f"{common} ({organisation})"
    return common or organisation or distinguished_name


def _faults_of_dates(facts: CertificateFacts, now: datetime, kind: ProblemKind) -> set[CertificateFault]:
    if now > facts.not_after:
        return {CertificateFault.EXPIRED}
    if now < facts.not_before:
        return {CertificateFault.NOT_YET_VALID}
    above = {
        ProblemKind.CERTIFICATE_EXPIRED: CertificateFault.ISSUER_EXPIRED,
        ProblemKind.CERTIFICATE_NOT_YET_VALID: CertificateFault.ISSUER_NOT_YET_VALID,
    }
    return {above[kind]} if kind in above else set()


def _stands_for(name: str, asked: str) -> bool:
    if not name.startswith(WILDCARD):
        return _comparable(name) == asked
    base = _comparable(name.removeprefix(WILDCARD))
    return "." in base and base == asked.partition(".")[2]


def _comparable(name: str) -> str:
    try:
        return to_a_label(name)
    except Trouble:
        return name.lower().removesuffix(".")


def _part(name: Name, kind: ObjectIdentifier) -> str | None:
    values = [str(one.value) for one in name.get_attributes_for_oid(kind)]
    return values[0] if values else None
