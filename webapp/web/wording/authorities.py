"""The words about certificate authorities: what stands in one, what is wrong with one, whether it is valid."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from webapp.net.authorities import Authority
from webapp.net.authority_faults import AuthorityFault, AuthorityRefused
from webapp.net.certificate_files import LARGEST, MOST_AT_ONCE
from webapp.net.certificates import person_named
from webapp.storage.models import OfficeAuthority
from webapp.web.moments import day_words
from webapp.web.wording.certificates import fingerprint_words


@dataclass(frozen=True)
class AuthorityFacts:
    """A certificate authority as a person reads it; `there` tells that it is trusted already."""

    sha256: str
    name: str
    subject: str
    issuer: str | None
    begins: str
    ends: str
    fingerprint: str
    state: str
    tone: str
    begun: bool
    there: bool


def authority_facts(
    authority: Authority | OfficeAuthority, now: datetime, there: frozenset[str] = frozenset()
) -> AuthorityFacts:
    """Return what a person needs to judge an authority; `issuer` None = it vouches for itself, as roots do."""
    state, tone = state_of(authority, now)
    return AuthorityFacts(
        sha256=authority.sha256,
        name=authority.name,
        subject=person_named(authority.subject),
        issuer=person_named(authority.issuer) if authority.issuer != authority.subject else None,
        begins=day_words(authority.not_before),
        ends=day_words(authority.not_after),
        fingerprint=fingerprint_words(authority.sha256),
        state=state,
        tone=tone,
        begun=authority.not_before <= now,
        there=authority.sha256 in there,
    )


def state_of(authority: Authority | OfficeAuthority, now: datetime) -> tuple[str, str]:
    """Return whether the authority vouches for anybody today, and the tone to say it in."""
    if authority.not_after < now:
        return gettext("expired"), "bad"
    if authority.not_before > now:
        return gettext("not valid yet"), "warn"
    return gettext("valid"), "ok"


def fault_words(refused: AuthorityRefused) -> str:
    """Say why something is not taken, and what to do instead."""
    name = refused.name
    words = {
        AuthorityFault.TOO_LARGE: gettext(
            "That is more than %(limit)s kB, and a certificate has about 2. Choose the file of the certificate alone.",
            limit=LARGEST // 1000,
        ),
        AuthorityFault.PRIVATE_KEY: gettext(
            "There is a private key in it, which nobody but its owner should see. Nothing of it was kept. Take the "
            "certificate alone: a .cer, .crt or .pem file without the key, not .pfx or .p12."
        ),
        AuthorityFault.UNREADABLE: gettext("“%(name)s” is damaged; export the certificate once more.", name=name)
        if name
        else gettext(
            "No certificate can be read here. It is a text that begins with -----BEGIN CERTIFICATE-----, "
            "or a .cer, .crt or .pem file."
        ),
        AuthorityFault.TOO_MANY: gettext(
            "These are more than %(limit)s certificates; add at most so many at a time.", limit=MOST_AT_ONCE
        ),
    }
    return words.get(refused.fault) or _words_about(refused.fault, name)


def _words_about(fault: AuthorityFault, name: str) -> str:
    """Say why a certificate that could be read is not taken."""
    words = {
        AuthorityFault.NOT_AN_AUTHORITY: gettext(
            "“%(name)s” is the certificate of a single server, not of an authority. Such a one is accepted for one "
            "account, where the server shows it during the check."
        ),
        AuthorityFault.MAY_NOT_SIGN: gettext(
            "“%(name)s” may not sign other certificates. Ask whoever runs the authority for the one that signs."
        ),
        AuthorityFault.EXPIRED: gettext(
            "“%(name)s” has expired and vouches for nobody. Ask whoever runs the authority for the new certificate."
        ),
        AuthorityFault.WEAK_KEY: gettext(
            "The key of “%(name)s” is too short to be safe (RSA needs 2048 bits). Ask whoever runs the authority for "
            "a newer certificate."
        ),
        AuthorityFault.WEAK_SIGNATURE: gettext(
            "“%(name)s” is signed in an outdated way (SHA-1 or MD5) that can be forged. Ask whoever runs the "
            "authority for a newer certificate."
        ),
        AuthorityFault.UNKNOWN_ALGORITHM: gettext(
            "“%(name)s” has a key of a kind Mailroom cannot check, GOST for example. A server of this authority is "
            "accepted for one account, where it shows its certificate during the check."
        ),
    }
    return words[fault] % {"name": name}
