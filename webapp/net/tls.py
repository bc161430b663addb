"""The two TLS contexts everything shares, and what the failures of a handshake mean."""

import hashlib
import logging
import ssl
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webapp.net.problems import CertificateFacts, ProblemKind
from webapp.net.words import clean_words

# OpenSSL's X509_V_ERR_* numbers; the words beside them change, the numbers do not.
KIND_OF_VERIFY_CODE = {
    2: ProblemKind.CERTIFICATE_UNKNOWN_ISSUER,  # issuer not found
    9: ProblemKind.CERTIFICATE_NOT_YET_VALID,
    10: ProblemKind.CERTIFICATE_EXPIRED,
    18: ProblemKind.CERTIFICATE_SELF_SIGNED,
    19: ProblemKind.CERTIFICATE_UNKNOWN_ISSUER,  # the server sent its authority along, and we do not know it
    20: ProblemKind.CERTIFICATE_UNKNOWN_ISSUER,  # issuer not among ours
    21: ProblemKind.CERTIFICATE_UNKNOWN_ISSUER,  # the chain ends too early
    62: ProblemKind.CERTIFICATE_WRONG_NAME,
    64: ProblemKind.CERTIFICATE_WRONG_NAME,  # an IP address the certificate does not name
}
RECORD_TYPES = frozenset({0x14, 0x15, 0x16, 0x17})  # what the first byte of a TLS record may be (RFC 8446, 5.1)
NAMES_LIMIT = 100

log = logging.getLogger(__name__)


class TlsContexts:
    """Built once and shared: loading the system's certificates takes about 44 ms and would block the loop.

    `verified` is the one every password goes through; it trusts what the system
    trusts, a file of the environment and the `authorities` of the office, each
    a PEM text. `unverified` is for looking at a certificate or comparing it
    with a pin; `LineStream` sees to it.
    """

    def __init__(self, ca_file: Path | None = None, authorities: Iterable[str] = ()) -> None:
        self.verified = _context()
        self.verified.load_default_certs()
        if ca_file is not None:
            self.verified.load_verify_locations(cafile=ca_file)
        for pem in authorities:
            if not _load(self.verified, pem):  # a row broken by hand must not stop all mail
                log.warning("a certificate authority of the office cannot be read; it is not trusted")
        self.unverified = _context()
        self.unverified.check_hostname = False
        self.unverified.verify_mode = ssl.CERT_NONE


def can_be_loaded(pem: str) -> bool:
    """Tell whether OpenSSL takes a certificate as an authority; it is stricter than the library in places."""
    return _load(_context(), pem)


def fingerprint(der: bytes) -> str:
    """Return the SHA-256 a pin is compared with."""
    return hashlib.sha256(der).hexdigest()


def certificate_facts(der: bytes) -> CertificateFacts | None:
    """Return what a person needs to judge a certificate, or None if it cannot be read."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        return CertificateFacts(
            subject=clean_words(certificate.subject.rfc4514_string()),
            issuer=clean_words(certificate.issuer.rfc4514_string()),
            names=_names(certificate),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            sha256=fingerprint(der),
            key_sha256=_key_fingerprint(certificate),
        )
    except ValueError:  # a field the library is stricter about than OpenSSL
        return None


def handshake_problem_kind(error: ssl.SSLError, answer: bytes) -> ProblemKind:
    """Tell what a failed handshake means, given the first bytes the peer answered.

    The bytes, not OpenSSL's words, tell a peer that does not speak TLS at all:
    "wrong version number" has had several names.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return KIND_OF_VERIFY_CODE.get(error.verify_code, ProblemKind.CERTIFICATE_INVALID)
    if answer and answer[0] not in RECORD_TYPES:
        return ProblemKind.TLS_NOT_SPOKEN
    return ProblemKind.TLS_FAILED


def _context() -> ssl.SSLContext:
    # Not `create_default_context`: since 3.13 that also sets VERIFY_X509_STRICT, which refuses office
    # authorities every mail program takes. PROTOCOL_TLS_CLIENT verifies chain and name by itself.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.hostname_checks_common_name = False  # RFC 9525: names are in the SAN
    # What is trusted is trusted by itself: offices hand out the certificate of their issuing authority, not the root's.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _load(context: ssl.SSLContext, pem: str) -> bool:
    try:
        context.load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError, TypeError):  # not a certificate; nothing in it; no ASCII
        return False
    return True


def _key_fingerprint(certificate: x509.Certificate) -> str | None:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):  # a kind of key the library does not know
        return None
    return fingerprint(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = [name.value for name in names if isinstance(name, x509.DNSName)]
    addresses = [str(name.value) for name in names if isinstance(name, x509.IPAddress)]
    return tuple(clean_words(name, 255) for name in (hosts + addresses)[:NAMES_LIMIT])
