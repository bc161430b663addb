"""Read certificate authorities from what somebody pasted or uploaded, and refuse what must not be trusted as one. Pure.

A certificate that passes may vouch for every mail server there is, so what
is doubtful is refused, each fault by its own name.
"""

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from webapp.net.tls import can_be_loaded, fingerprint
from webapp.net.words import clean_words

LARGEST = 60_000  # bytes; fits into a form, and holds twenty times what one certificate needs
MOST_AT_ONCE = 10
LEAST_BITS = 2048  # of RSA and DSA; what OpenSSL asks for on the servers we run on
LEAST_CURVE_BITS = 224
BEGIN = re.compile(r"-----BEGIN (?:X509 )?CERTIFICATE-----")
BLOCK = re.compile(BEGIN.pattern + r"(?P<body>[A-Za-z0-9+/=\s]+)-----END (?:X509 )?CERTIFICATE-----")
KEY_WORDS = ("PRIVATE KEY", "PUTTY-USER-KEY-FILE")
PKCS12 = re.compile(rb"\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...|\x80)\x02\x01\x03\x30", re.DOTALL)  # RFC 7292, 4
WEAK_DIGESTS = (hashes.MD5, hashes.SHA1)
LONGEST_NAME = 200


class AuthorityFault(StrEnum):
    """Why something is not taken as a certificate authority of the office."""

    TOO_LARGE = "too-large"
    PRIVATE_KEY = "private-key"  # there is one in it, or it is a file of a kind that carries one
    UNREADABLE = "unreadable"  # no certificate in it, or a damaged one
    TOO_MANY = "too-many"
    NOT_AN_AUTHORITY = "not-an-authority"  # a server's own certificate, which one account may accept
    MAY_NOT_SIGN = "may-not-sign"  # its keyUsage says that it signs no certificates
    EXPIRED = "expired"
    WEAK_KEY = "weak-key"
    WEAK_SIGNATURE = "weak-signature"
    UNKNOWN_ALGORITHM = "unknown-algorithm"  # GOST R 34.10, for one: OpenSSL could check nothing signed by it


class AuthorityRefused(ValueError):
    """Something that is not taken; `name` is the certificate's, "" where none could be read."""

    def __init__(self, fault: AuthorityFault, name: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.name = name


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


def read_authorities(content: bytes, now: datetime) -> tuple[Authority, ...]:
    """Return the authorities in a text or file, each once. Raises `AuthorityRefused` for the first that is none."""
    return tuple(checked_authority(certificate, now) for certificate in certificates_in(content))


def certificates_in(content: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates in a PEM text or a DER file, each once. Raises `AuthorityRefused`.

    What comes back holds no secret; what is refused may, so it must not be shown again.
    """
    if len(content) > LARGEST:
        raise AuthorityRefused(AuthorityFault.TOO_LARGE)
    text = _text_of(content)
    if any(words in text.upper() for words in KEY_WORDS) or _holds_key(content) or _holds_key(_decoded(text)):
        raise AuthorityRefused(AuthorityFault.PRIVATE_KEY)
    found = _loaded([_decoded(block["body"]) for block in BLOCK.finditer(text)] or [_decoded(text) or content])
    if len(found) < len(BEGIN.findall(text)):
        raise AuthorityRefused(AuthorityFault.UNREADABLE)  # one of them has lost its end
    once = tuple(dict.fromkeys(found))
    if len(once) > MOST_AT_ONCE:
        raise AuthorityRefused(AuthorityFault.TOO_MANY)
    return once


def pem_of(certificates: Iterable[x509.Certificate]) -> str:
    """Return the certificates as text, and nothing else that stood beside them."""
    return "".join(one.public_bytes(serialization.Encoding.PEM).decode("ascii") for one in certificates)


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


def _text_of(content: bytes) -> str:
    """Return the content as text; what is no text at all still shows the ASCII words in it."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):  # Notepad's "Unicode"
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    return content.decode("utf-8-sig", "replace").replace("\0", "")


def _decoded(text: str) -> bytes:
    """Return the bytes of base64, b"" for what is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return b""


def _loaded(ders: Iterable[bytes]) -> list[x509.Certificate]:
    try:
        return [x509.load_der_x509_certificate(der) for der in ders]
    except (ValueError, UnsupportedAlgorithm):
        raise AuthorityRefused(AuthorityFault.UNREADABLE) from None


def _holds_key(der: bytes) -> bool:
    """Tell whether the bytes are a private key, or a PKCS #12 file, which is made to carry one."""
    if PKCS12.match(der):
        return True
    try:
        serialization.load_der_private_key(der, None)
    except (TypeError, UnsupportedAlgorithm):  # it is one, locked or of a kind nobody here can use
        return True
    except ValueError:
        return False
    return True


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
