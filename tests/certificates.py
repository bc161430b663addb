"""Certificates for test servers: one authority that our clients trust, one they do not, and every way to be wrong."""

import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from webapp.net.tls import TlsContexts

LOOPBACK_NAMES = ("127.0.0.1", "::1", "localhost")


@cache
def authority() -> trustme.CA:
    """Return the authority that `trusting()` trusts."""
    return trustme.CA(organization_name="Lab authority")


@cache
def stranger() -> trustme.CA:
    """Return an authority nobody trusts."""
    return trustme.CA(organization_name="Unknown authority")


@cache
def trusting() -> TlsContexts:
    """Return our own contexts, trusting `authority()`."""
    with tempfile.TemporaryDirectory() as folder:
        ca_file = Path(folder) / "ca.pem"
        authority().cert_pem.write_to_path(str(ca_file))
        return TlsContexts(ca_file)


@cache
def server_context(
    *names: str,
    issuer: trustme.CA | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> ssl.SSLContext:
    """Return a server's context with a certificate for the names (by default the loopback addresses)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf = (issuer or authority()).issue_cert(
        *(names or LOOPBACK_NAMES), organization_name="Lab server", not_before=not_before, not_after=not_after
    )
    leaf.configure_cert(context)
    return context


def expired(*names: str) -> ssl.SSLContext:
    """Return a context whose certificate ended long ago."""
    return server_context(
        *names, not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=datetime(2020, 2, 1, tzinfo=UTC)
    )


def not_yet_valid(*names: str) -> ssl.SSLContext:
    """Return a context whose certificate begins far in the future."""
    return server_context(
        *names, not_before=datetime(2090, 1, 1, tzinfo=UTC), not_after=datetime(2091, 1, 1, tzinfo=UTC)
    )


def wrong_name() -> ssl.SSLContext:
    """Return a context whose certificate is for another host."""
    return server_context("other.example")


def untrusted(*names: str) -> ssl.SSLContext:
    """Return a context whose certificate comes from an authority nobody trusts."""
    return server_context(*names, issuer=stranger())


def self_signed(*names: str) -> ssl.SSLContext:
    """Return a context with a certificate that signed itself."""
    return made(*names or ("127.0.0.1",), issuer=None).context


@dataclass(frozen=True)
class Made:
    """A certificate with its key in a server's context, and its bytes."""

    context: ssl.SSLContext
    der: bytes


@cache
def private_key(name: str = "server") -> ec.EllipticCurvePrivateKey:
    """Return a key, the same for the same name."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def made(
    *names: str,
    key: str = "server",
    issuer: Callable[[], trustme.CA] | None = stranger,
    not_before: datetime = datetime(2020, 1, 1),
    not_after: datetime = datetime(2090, 1, 1),
    common_name: str = "self-signed.example",
    use: x509.ObjectIdentifier | None = None,
) -> Made:
    """Return a certificate made to order, as no authority of trustme does: of a chosen key; issuer None = itself.

    `use` is what alone it may be used for.
    """
    own_key, subject = private_key(key), _named(common_name)
    ca = issuer() if issuer is not None else None
    signer = x509.load_pem_x509_certificate(ca.cert_pem.bytes()).subject if ca is not None else subject
    builder = x509.CertificateBuilder(
        signer, subject, own_key.public_key(), x509.random_serial_number(), not_before, not_after
    ).add_extension(x509.SubjectAlternativeName([_name(one) for one in names]), critical=False)
    if use is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=True)
    signing_key = own_key if ca is None else _key_of(ca)
    certificate = builder.sign(signing_key, hashes.SHA256())
    return Made(_context_with(own_key, certificate), certificate.public_bytes(serialization.Encoding.DER))


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _key_of(ca: trustme.CA) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(ca.private_key_pem.bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _context_with(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> ssl.SSLContext:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context
