"""Certificates for test servers: one authority that our clients trust, one they do not, and every way to be wrong."""

import ssl
import tempfile
from datetime import UTC, datetime
from functools import cache
from ipaddress import IPv4Address
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


@cache
def self_signed() -> ssl.SSLContext:
    """Return a context with a certificate that signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "self-signed.example")])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), datetime(2020, 1, 1), datetime(2090, 1, 1)
    ).add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context
