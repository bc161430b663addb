"""Judge whether a certificate may be trusted as an authority of the office. Pure.

A certificate that passes may vouch for every mail server there is, so what
is doubtful is refused, each fault by its own name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from webapp.net.authority_faults import AuthorityFault, AuthorityRefused
from webapp.net.certificate_files import pem_of
from webapp.net.tls import can_be_loaded, fingerprint
from webapp.net.words import clean_words

LEAST_BITS = 2048  # of RSA and DSA; what OpenSSL asks for on the servers we run on
LEAST_CURVE_BITS = 224
WEAK_DIGESTS = (hashes.MD5, hashes.SHA1)
LONGEST_NAME = 200


@dataclass(frozen=True)
class Authority:
    """A certificate that may be trusted as an authority.

    `pem` is made from the certificate alone: nothing that stood around it in
    the file is kept. `name` is what people call it, `subject` and `issuer`
    are the full names; `sha256` is the lower-case digest of the DER bytes.
    """

    sha256: str
    name: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    pem: str


def checked_authority(certificate: x509.Certificate, now: datetime) -> Authority:
    """Return what is known of an authority. Raises `AuthorityRefused`."""
    name = ""
    try:
        name = readable_name(certificate.subject)
        authority = _authority(certificate, name)
        fault = next((fault for fault, found in FAULTS if found(certificate, now)), None)
    except UnsupportedAlgorithm:
        fault = AuthorityFault.UNKNOWN_ALGORITHM
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        fault = AuthorityFault.UNREADABLE
    if fault is not None:
        raise AuthorityRefused(fault, name)
    if not can_be_loaded(authority.pem):
        raise AuthorityRefused(AuthorityFault.UNREADABLE, name)
    return authority


def readable_name(name: x509.Name) -> str:
    """Return what people call the one a certificate is for: its common name, else the nearest there is."""
    for kind in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATIONAL_UNIT_NAME, x509.NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(kind):
            words = clean_words(attribute.value, LONGEST_NAME)
            if words:
                return words
    return clean_words(name.rfc4514_string(), LONGEST_NAME)


def _authority(certificate: x509.Certificate, name: str) -> Authority:
    sha256 = fingerprint(certificate.public_bytes(serialization.Encoding.DER))
    return Authority(
        sha256=sha256,
        name=name or sha256[:16],
        subject=clean_words(certificate.subject.rfc4514_string()),
        issuer=clean_words(certificate.issuer.rfc4514_string()),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        pem=pem_of([certificate]),
    )


def _is_no_authority(certificate: x509.Certificate, _now: datetime) -> bool:
    try:
        return not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return True


def _may_not_sign(certificate: x509.Certificate, _now: datetime) -> bool:
    try:
        return not certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return False  # without the extension every use is allowed (RFC 5280, 4.2.1.3)


def _has_expired(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_after_utc < now


def _has_weak_key(certificate: x509.Certificate, _now: datetime) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey | dsa.DSAPublicKey):
        return key.key_size < LEAST_BITS
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.key_size < LEAST_CURVE_BITS
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return False
    raise UnsupportedAlgorithm("a key that signs no certificates we could check")


def _has_weak_signature(certificate: x509.Certificate, _now: datetime) -> bool:
    """Tell whether another authority vouches for this one by a broken digest; what a root says of itself is nothing."""
    if certificate.subject == certificate.issuer:
        return False
    return isinstance(certificate.signature_hash_algorithm, WEAK_DIGESTS)


# In the order a person should hear of them.
FAULTS: tuple[tuple[AuthorityFault, Callable[[x509.Certificate, datetime], bool]], ...] = (
    (AuthorityFault.NOT_AN_AUTHORITY, _is_no_authority),
    (AuthorityFault.MAY_NOT_SIGN, _may_not_sign),
    (AuthorityFault.EXPIRED, _has_expired),
    (AuthorityFault.WEAK_KEY, _has_weak_key),
    (AuthorityFault.WEAK_SIGNATURE, _has_weak_signature),
)
