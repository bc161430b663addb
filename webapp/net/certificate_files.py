"""Read certificates from what somebody pasted or uploaded; what may hold a private key is refused. Pure."""

import base64
import re
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from webapp.net.authority_faults import AuthorityFault, AuthorityRefused

LARGEST = 60_000  # bytes; fits into a form, and holds twenty times what one certificate needs
MOST_AT_ONCE = 10
BEGIN = re.compile(r"-----BEGIN (?:X509 )?CERTIFICATE-----")
BLOCK = re.compile(BEGIN.pattern + r"(?P<body>[A-Za-z0-9+/=\s]+)-----END (?:X509 )?CERTIFICATE-----")
KEY_WORDS = ("PRIVATE KEY", "PUTTY-USER-KEY-FILE")
PKCS12 = re.compile(rb"\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...|\x80)\x02\x01\x03\x30", re.DOTALL)  # RFC 7292, 4


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
