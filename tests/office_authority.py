"""Certificate authorities as an office has them, and certificates that only look like one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from webapp.net.authorities import Authority, checked_authority
from webapp.net.certificate_files import certificates_in

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
BEGUN, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
OFFICE = "Центр сертификации Успех"
SHA256_WITH_RSA, SHA1_WITH_RSA = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Made:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def pem(self) -> bytes:
        """Return the certificate as text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        """Return the certificate's bytes."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def sha256(self) -> str:
        """Return the fingerprint, in lower case without colons."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


@cache
def key_of(kind: str = "ec") -> PrivateKey:
    """Return a private key, one of a kind for all tests: making one is slow."""
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind.startswith("rsa-"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("rsa-")))
    return ec.generate_private_key(ec.SECP192R1() if kind == "small-ec" else ec.SECP256R1())


def make(
    name: str = OFFICE,
    *,
    ca: bool | None = True,
    signs: bool | None = True,
    key: str = "ec",
    issuer: Made | None = None,
    not_before: datetime = BEGUN,
    not_after: datetime = ENDS,
) -> Made:
    """Make a certificate, self-signed without an issuer; `ca` and `signs` None leave the extension out."""
    private = key_of(key)
    subject = named(name)
    builder = x509.CertificateBuilder(
        issuer.certificate.subject if issuer else subject,
        subject,
        private.public_key(),
        x509.random_serial_number(),
        not_before,
        not_after,
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    if signs is not None:
        builder = builder.add_extension(usage(signs), critical=True)
    signer = issuer.key if issuer else private
    chosen = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Made(builder.sign(signer, chosen), private)  # type: ignore[arg-type]


def signed_by_sha1(made: Made) -> Made:
    """Return an RSA certificate that says it was signed by SHA-1, as old ones do; no library signs like that today."""
    der = made.der.replace(SHA256_WITH_RSA, SHA1_WITH_RSA)
    assert der != made.der
    return Made(x509.load_der_x509_certificate(der), made.key)


def named(name: str) -> x509.Name:
    """Return the full name of somebody of this office."""
    return x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "ООО «Успех»"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, name),
        ]
    )


def usage(signs: bool) -> x509.KeyUsage:
    """Return what the key is for."""
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def key_pem(made: Made, password: bytes | None = None) -> bytes:
    """Return the private key as text."""
    return _key_bytes(made, serialization.Encoding.PEM, password)


def key_der(made: Made, password: bytes | None = None) -> bytes:
    """Return the private key's bytes."""
    return _key_bytes(made, serialization.Encoding.DER, password)


def _key_bytes(made: Made, encoding: serialization.Encoding, password: bytes | None) -> bytes:
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        lock = serialization.BestAvailableEncryption(password)
    return made.key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, lock)


def authorities_in(content: bytes, now: datetime = NOW) -> tuple[Authority, ...]:
    """Return the authorities in a text or file, as the form takes them. Raises `AuthorityRefused`."""
    return tuple(checked_authority(certificate, now) for certificate in certificates_in(content))
